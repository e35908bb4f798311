using Visma.Connect.Sdk.Benchmarks.Network;
using Visma.Connect.Sdk.Benchmarks.Report;

namespace Visma.Connect.Sdk.Benchmarks.Peers;

/// <summary>This library, on an HttpClient of IHttpClientFactory: README.md.</summary>
internal sealed class Library : Peer
{
    public override string Name => Column.Library;

    // A token is renewed in the last quarter of its lifetime.
    public override TimeSpan LifetimeThatIsSoonRenewed => TimeSpan.FromSeconds(4);

    public override ICaller WithToken(HttpMessageHandler api, StubTokenEndpoint endpoint) => new LibraryApp(api, endpoint).ByDefault();
}
