using System.Net.Http.Headers;

namespace Visma.Connect.Sdk.Benchmarks.Micro;

/// <summary>The least there can be: a header that never changes.</summary>
internal sealed class ConstantHeaderHandler(string token) : DelegatingHandler
{
    private readonly AuthenticationHeaderValue _header = new("Bearer", token);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = _header;
        return base.SendAsync(request, cancellationToken);
    }
}
