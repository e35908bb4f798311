using System.Net.Http.Headers;
using Visma.Connect.Sdk.Benchmarks.Network;

namespace Visma.Connect.Sdk.Benchmarks.Peers;

/// <summary>The minimum: a constant header.</summary>
internal sealed class ConstantHeaderHandler : DelegatingHandler
{
    private readonly AuthenticationHeaderValue _header = new("Bearer", new string('t', StubTokenEndpoint.UsualLength));

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = _header;
        return base.SendAsync(request, cancellationToken);
    }
}
