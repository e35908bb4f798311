using System.Net.Http.Headers;

namespace Visma.Connect.Sdk.Benchmarks.Micro;

/// <summary>The minimum: a constant header.</summary>
internal sealed class ConstantHeaderHandler(string token) : DelegatingHandler
{
    private readonly AuthenticationHeaderValue _header = new("Bearer", token);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = _header;
        return base.SendAsync(request, cancellationToken);
    }
}
