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

    private string? ClientId { get; } = Options.ClientId;

    /// <summary>Whether the server would issue the same service tokens to this client as to the other one.</summary>
    public bool GetsTheTokensOf(ConfiguredClient other) =>
        ClientId == other.ClientId && HasTokenEndpointOf(other) && ServiceScopes.SequenceEqual(other.ServiceScopes);

    // Before its discovery document is read, a client has no tokens.
    private bool HasTokenEndpointOf(ConfiguredClient other) =>
        !Authority.HasTokenEndpoint || !other.Authority.HasTokenEndpoint || Authority.TokenEndpoint == other.Authority.TokenEndpoint;
}
