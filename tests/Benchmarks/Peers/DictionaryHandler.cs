using System.Collections.Concurrent;
using System.Net.Http.Headers;

namespace Visma.Connect.Sdk.Benchmarks.Peers;

/// <summary>A simple handler for many tenants without expiry: a dictionary of headers.</summary>
internal sealed class DictionaryHandler(ConcurrentDictionary<string, AuthenticationHeaderValue> headers) : DelegatingHandler
{
    public static readonly HttpRequestOptionsKey<string> Tenant = new("tenant");

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Options.TryGetValue(Tenant, out string? tenant))
        {
            throw new InvalidOperationException("The request names no tenant.");
        }

        request.Headers.Authorization = headers[tenant];
        return base.SendAsync(request, cancellationToken);
    }
}
