namespace Visma.Connect.Sdk;

/// <summary>One application of the Visma Developer Portal (https://oauth.developers.visma.com).</summary>
public sealed class VismaClientOptions
{
    /// <summary>The name of its identity server: built in, or of <see cref="VismaConnectOptions.Authorities"/>. Default: <c>VismaConnect</c>.</summary>
    public string Authority { get; set; } = VismaAuthority.VismaConnect.Name;

    /// <summary>The client id from the portal, such as <c>isv_acme_service</c>. Required.</summary>
    public string? ClientId { get; set; }

    /// <summary>
    /// The client secret from the portal. Required, here or in <see cref="ClientSecrets"/>. Keep it in user secrets, an environment
    /// variable or a vault.
    /// </summary>
    public string? ClientSecret { get; set; }

    /// <summary>
    /// Several secrets, for a rotation without downtime: the next one is tried when the server answers <c>invalid_client</c>, and only
    /// then. They come after <see cref="ClientSecret"/>; a secret that was accepted comes first from then on.
    /// </summary>
    public IList<string> ClientSecrets { get; } = [];

    /// <summary>
    /// The scopes to ask for. None: those of the APIs that its HttpClients call (<see cref="VismaApi.ServiceScopes"/>), and if those have
    /// none, the application's own.
    /// </summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>Whether tokens carry a <c>tenant_id</c>. Default: <see cref="TenantUse.Required"/>.</summary>
    public TenantUse TenantUse { get; set; }

    /// <summary>How the client authenticates at the token endpoint. Null, the default: as its authority documents it.</summary>
    public ClientAuthenticationMethod? TokenEndpointAuthentication { get; set; }

    /// <summary>
    /// How long before its expiry a token is renewed, in the background, while it is still served. Default: 5 minutes; at most a quarter
    /// of the token's lifetime is used. At most a day. Zero renews only after expiry.
    /// </summary>
    public TimeSpan RefreshBeforeExpiry { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The lifetime assumed for a token whose reply has no <c>expires_in</c> (RFC 6749 section 5.1). Default: 5 minutes; at most a day.</summary>
    public TimeSpan DefaultTokenLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long one token request may take, its whole reply included. Default: 30 seconds; at most 10 minutes.</summary>
    public TimeSpan TokenRequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Every secret, in the order of the settings.</summary>
    internal IReadOnlyList<string> SecretsInOrder() => (string.IsNullOrEmpty(ClientSecret), ClientSecrets.Count) switch
    {
        (true, _) => [.. ClientSecrets.Distinct(StringComparer.Ordinal)],
        (false, 0) => [ClientSecret!],
        _ => [.. ClientSecrets.Prepend(ClientSecret!).Distinct(StringComparer.Ordinal)],
    };
}
