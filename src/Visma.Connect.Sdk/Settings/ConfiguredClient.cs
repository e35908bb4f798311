namespace Visma.Connect.Sdk;

/// <summary>
/// A client of the settings with its name, its authority and the scopes to request: for a service token, unless the key names others, and for
/// the consent of a user.
/// </summary>
internal sealed record ConfiguredClient(
    string Name,
    VismaClientOptions Options,
    VismaAuthority Authority,
    IReadOnlyList<string> ServiceScopes,
    IReadOnlyList<string> UserScopes)
{
    private string? ClientId { get; } = Options.ClientId;

    /// <summary>Whether the server would issue the same service tokens to this client as to the other one.</summary>
    public bool GetsTheTokensOf(ConfiguredClient other) =>
        ClientId == other.ClientId && Authority.TokenEndpoint == other.Authority.TokenEndpoint && ServiceScopes.SequenceEqual(other.ServiceScopes);
}
