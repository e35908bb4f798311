using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>Asks an identity server for its discovery document, or for the headers of its token endpoint if it has none. No credentials are sent.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ServerProbe(IHttpClientFactory clients, TimeSpan limit, TimeProvider time)
{
    public const string HttpClientName = "Visma.Connect.Sdk health check";

    /// <summary>Why the server does not answer; null if it does. A refusal is an answer.</summary>
    public async Task<string?> FaultOfAsync(VismaAuthority server)
    {
        using CancellationTokenSource timeout = new(limit, time);
        try
        {
            using HttpRequestMessage request = server.DiscoveryEndpoint is { } document
                ? new(HttpMethod.Get, document)
                : new(HttpMethod.Head, server.TokenEndpoint);
            using HttpClient client = clients.CreateClient(HttpClientName);
            client.Timeout = Timeout.InfiniteTimeSpan;
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token)
                .WaitAsync(timeout.Token)
                .ConfigureAwait(false);
            return response.StatusCode >= HttpStatusCode.InternalServerError ? $"answers {(int)response.StatusCode}" : null;
        }
        catch (OperationCanceledException)
        {
            return "does not answer in time";
        }
        catch (HttpRequestException failure)
        {
            return $"cannot be reached ({failure.HttpRequestError})";
        }
    }
}
