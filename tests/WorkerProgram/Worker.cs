using System.Text.Json;
using Visma.Connect.Sdk;

namespace Acme.Worker;

/// <summary>Reads the customers of each connected company, every quarter of an hour.</summary>
internal sealed class Worker(VismaConnections connections, IHttpClientFactory http, ILogger<Worker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMinutes(15));
        do
        {
            try
            {
                await Parallel.ForEachAsync(
                    connections.ListAsync(stoppingToken).Where(connection => connection.Key.Client == "eaccounting" && connection.State == ConnectionState.Active),
                    new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = stoppingToken },
                    WorkAsync);
            }
            catch (VismaConnectException failure)
            {
                // The token cache is down. The next round tries again.
                logger.LogError(failure, "The connections cannot be listed.");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async ValueTask WorkAsync(VismaConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "customers");
            using HttpResponseMessage response = await http.CreateClient("eaccounting").SendAsync(request.SetConnection(connection.Name), cancellationToken);
            if (await response.ExplainAsync(cancellationToken) is { } refusal)
            {
                logger.LogWarning("eAccounting refused the call for {Connection}: {Refusal}", connection.Name, refusal);
                return;
            }

            JsonElement reply = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            logger.LogInformation("{Connection} has {Count} customers.", connection.Name, reply.GetProperty("Data").GetArrayLength());
        }
        catch (ReauthorizationRequiredException)
        {
            // The connection has ended. OnReauthorizationRequired has told the customer, and the next round leaves it out.
        }
        catch (Exception failure) when (failure is VismaConnectException or HttpRequestException)
        {
            logger.LogWarning(failure, "No call for {Connection} in this round.", connection.Name);
        }
    }
}
