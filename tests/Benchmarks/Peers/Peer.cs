using Visma.Connect.Sdk.Benchmarks.Network;

namespace Visma.Connect.Sdk.Benchmarks.Peers;

/// <summary>A library that attaches tokens to calls, used as its own documentation recommends.</summary>
/// <remarks>Nothing is disposed: all of it lives as long as the table takes.</remarks>
internal abstract class Peer
{
    public static readonly IReadOnlyList<Peer> All = [new Library(), new AzureCore(), new GoogleAuth(), new Msal()];

    /// <summary>The floor of every library on HttpClient: a constant header.</summary>
    public static ICaller Floor(HttpMessageHandler api) => new HttpCaller(HttpCaller.NewClient(api, new ConstantHeaderHandler()));

    /// <summary>The warm path of a handler for one token, written by hand.</summary>
    public static ICaller ByHand(HttpMessageHandler api) => new HttpCaller(HttpCaller.NewClient(api, new HandWrittenHandler()));

    /// <summary>The name of its column.</summary>
    public abstract string Name { get; }

    /// <summary>A lifetime of a token that this library begins to renew after one to three seconds.</summary>
    public abstract TimeSpan LifetimeThatIsSoonRenewed { get; }

    /// <summary>The floor of a library with an HTTP client of its own: that client, with a constant header. Null, the default: an HttpClient.</summary>
    public virtual ICaller? OwnFloor(HttpMessageHandler api) => null;

    /// <summary>Calls with a token of the token endpoint. None has been requested yet.</summary>
    public abstract ICaller WithToken(HttpMessageHandler api, StubTokenEndpoint endpoint);
}
