using System.Diagnostics;
using Visma.Connect.Sdk.AspNetCore.Tests.Infrastructure;
using Visma.Connect.Sdk.EntityFrameworkCore.Tests.Infrastructure;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Webhooks;

/// <summary>Many deliveries over 32 connections, some of them twice, at a handler that fails now and then.</summary>
public class WebhookLoadTests(PostgresServer postgres, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    private const int Connections = 32;
    private const int MostTries = 1000;

    // 10,000 where VISMA_FULL_TESTS=1.
    private static readonly int Events = Environment.GetEnvironmentVariable("VISMA_FULL_TESTS") == "1" ? 10_000 : 1_000;

    [Theory]
    [InlineData("memory", 1)]
    [InlineData("sqlite", 2)]
    [InlineData("postgres", 2)]
    public async Task No_event_is_lost_and_none_is_handled_twice(string engine, int processes)
    {
        string folder = Directory.CreateTempSubdirectory("visma-tests-webhooks-").FullName;
        List<WebhookProcess> fleet = [];
        try
        {
            string database = $"{engine}:{(engine == "sqlite" ? Path.Combine(folder, "tokens.db") : engine == "postgres" ? Postgres() : "")}";
            for (int number = 0; number < processes; number++)
            {
                fleet.Add(WebhookProcess.Start(database));
                // The first one creates the table.
                await fleet[^1].Address.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
            }

            Uri[] addresses = await Task.WhenAll(fleet.Select(process => process.Address));
            using HttpClient visma = new(new SocketsHttpHandler { MaxConnectionsPerServer = Connections / processes });
            Stopwatch watch = Stopwatch.StartNew();
            int deliveries = 0;
            await Parallel.ForEachAsync(
                Enumerable.Range(0, Events),
                new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = TestContext.Current.CancellationToken },
                async (number, cancellation) =>
                {
                    // Each tenth event is sent to two processes at the same time.
                    int copies = number % 10 == 0 ? 2 : 1;
                    int[] sent = await Task.WhenAll(Enumerable.Range(number, copies).Select(at => DeliverAsync(visma, addresses, number, at, cancellation)));
                    Interlocked.Add(ref deliveries, sent.Sum());
                });
            TimeSpan elapsed = watch.Elapsed;
            foreach (WebhookProcess process in fleet)
            {
                await process.EndAsync();
            }

            output.WriteLine($"{engine}, {processes} processes: {Events} events, {deliveries} deliveries, {elapsed.TotalSeconds:0.0} s, {deliveries / elapsed.TotalSeconds:0}/s");
            int[] handled = [.. fleet.SelectMany(process => process.Handled)];
            Assert.Equal(Events, handled.Length);
            Assert.Equal(Enumerable.Range(0, Events), handled.Order());
        }
        finally
        {
            foreach (WebhookProcess process in fleet)
            {
                await process.DisposeAsync();
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private string Postgres()
    {
        postgres.Require();
        return postgres.NewDatabase();
    }

    // As Visma does: until it is answered 2xx, at one process or another.
    private static async Task<int> DeliverAsync(HttpClient visma, Uri[] addresses, int number, int first, CancellationToken cancellation)
    {
        for (int tries = 1; tries <= MostTries; tries++)
        {
            using HttpRequestMessage request = WebhookApp.Delivery($$"""{"number":{{number}}}""", $"n-{number}");
            request.RequestUri = new Uri(addresses[(first + tries) % addresses.Length], "/hooks");
            using HttpResponseMessage response = await visma.SendAsync(request, cancellation);
            if (response.IsSuccessStatusCode)
            {
                return tries;
            }

            Assert.True((int)response.StatusCode is 500 or 503, $"The answer is {response.StatusCode}.");
            await Task.Delay(10, cancellation);
        }

        throw new InvalidOperationException($"Event {number} was not accepted.");
    }
}
