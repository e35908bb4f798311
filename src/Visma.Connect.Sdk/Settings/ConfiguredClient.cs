namespace Visma.Connect.Sdk;

/// <summary>
/// A client of the settings with its name, its authority, and the scopes to ask for: in a service token unless the key names others, and
/// of a user.
/// </summary>
internal sealed record ConfiguredClient(
    string Name,
    VismaClientOptions Options,
    VismaAuthority Authority,
    IReadOnlyList<string> ServiceScopes,
    IReadOnlyList<string> UserScopes)
{
    private string? ClientId { get; } = Options.ClientId;

    /// <summary>Whether a token that was given to the other one is what this one would be given.</summary>
    public bool GetsTheTokensOf(ConfiguredClient other) =>
        ClientId == other.ClientId && Authority.TokenEndpoint == other.Authority.TokenEndpoint && ServiceScopes.SequenceEqual(other.ServiceScopes);
}
