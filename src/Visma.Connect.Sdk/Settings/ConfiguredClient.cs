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
    /// <summary>Whether the service tokens are for a tenant: as the client's settings say, or as its authority needs it.</summary>
    public TenantUse TenantUse => Options.TenantUse ?? (Authority.IsOfVisma ? TenantUse.Required : TenantUse.None);

    // The options can change in place.
    private string? ClientId { get; } = Options.ClientId;

    private IReadOnlyList<string> Secrets { get; } = [.. Options.SecretsInOrder()];

    private ClientAuthenticationMethod? Authentication { get; } = Options.TokenEndpointAuthentication;

    /// <summary>Whether the server would issue the same service tokens to this client as to the other one.</summary>
    public bool GetsTheTokensOf(ConfiguredClient other) =>
        ClientId == other.ClientId && HasTokenEndpointOf(other) && ServiceScopes.SequenceEqual(other.ServiceScopes);

    /// <summary>Whether a refusal of the other client tells something about this one: the same server, client id, secrets and authentication.</summary>
    public bool AuthenticatesLike(ConfiguredClient other) =>
        ClientId == other.ClientId
        && HasTokenEndpointOf(other)
        && Authority.TokenEndpointAuthentication == other.Authority.TokenEndpointAuthentication
        && Authentication == other.Authentication
        && Secrets.SequenceEqual(other.Secrets);

    // Before its discovery document is read, a client has no tokens.
    private bool HasTokenEndpointOf(ConfiguredClient other) =>
        !Authority.HasTokenEndpoint || !other.Authority.HasTokenEndpoint || Authority.TokenEndpoint == other.Authority.TokenEndpoint;
}
