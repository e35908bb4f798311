namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>Sends the same message again if the response is a server error, as a resilience handler does.</summary>
public sealed class RetryHandler(int retries = 2) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        for (int retry = 0; retry < retries && (int)response.StatusCode >= 500; retry++)
        {
            response.Dispose();
            response = await base.SendAsync(request, cancellationToken);
        }

        return response;
    }
}
