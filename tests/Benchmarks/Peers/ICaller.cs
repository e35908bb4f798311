using System.Net;
using Visma.Connect.Sdk.Benchmarks.Network;

namespace Visma.Connect.Sdk.Benchmarks.Peers;

/// <summary>Calls an API: GET, without a body.</summary>
internal interface ICaller
{
    static readonly Uri Address = new(VismaApi.NetErp.BaseAddress, "customer");

    /// <summary>One call. Its response comes from the stub, on this thread.</summary>
    HttpStatusCode Call(StubApi api);

    Task<HttpStatusCode> CallAsync();
}
