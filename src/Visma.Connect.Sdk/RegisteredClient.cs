namespace Visma.Connect.Sdk;

/// <summary>A client of the settings with its name, its authority, and the scopes to ask for unless a key names others.</summary>
internal sealed record RegisteredClient(string Name, VismaClientOptions Options, VismaAuthority Authority, IReadOnlyList<string> Scopes)
{
    private string? ClientId { get; } = Options.ClientId;

    /// <summary>Whether a token that was given to the other one is what this one would be given.</summary>
    public bool GetsTheTokensOf(RegisteredClient other) =>
        ClientId == other.ClientId && Authority.TokenEndpoint == other.Authority.TokenEndpoint && Scopes.SequenceEqual(other.Scopes);
}
