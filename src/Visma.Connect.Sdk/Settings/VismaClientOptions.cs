namespace Visma.Connect.Sdk;

/// <summary>One application of the Visma Developer Portal (https://oauth.developers.visma.com).</summary>
public sealed class VismaClientOptions
{
    /// <summary>The name of its identity server: built in, or of <see cref="VismaConnectOptions.Authorities"/>. Default: <c>VismaConnect</c>.</summary>
    public string Authority { get; set; } = VismaAuthority.VismaConnect.Name;

    /// <summary>The client id from the portal, such as <c>isv_acme_service</c>. Required.</summary>
    public string? ClientId { get; set; }

    /// <summary>
    /// The client secret from the portal. Required, here or in <see cref="ClientSecrets"/>, unless <see cref="IsPublicClient"/>. Keep it in
    /// user secrets, an environment variable or a vault.
    /// </summary>
    public string? ClientSecret { get; set; }

    /// <summary>
    /// Several secrets, for a rotation without downtime: the next one is tried when the server answers <c>invalid_client</c>, and only
    /// then. They come after <see cref="ClientSecret"/>; a secret that was accepted comes first from then on.
    /// </summary>
    public IList<string> ClientSecrets { get; } = [];

    /// <summary>
    /// Whether the application has no secret, because it runs on machines of its users: type Native in the portal (RFC 6749 section 2.1).
    /// Default: no.
    /// </summary>
    public bool IsPublicClient { get; set; }

    /// <summary>
    /// Where the user comes back to after the consent, exactly as it stands in the portal; only for user tokens. It is sent byte for byte
    /// as written here (RFC 6749 section 4.1.3).
    /// </summary>
    public string? RedirectUri { get; set; }

    /// <summary>
    /// For how long the identity server lets a one-time refresh token be exchanged again after the first time, as set for the application
    /// in the portal ("grace period", 5 to 60 seconds; 60 is best). Null, the default: not at all, or not known.
    /// </summary>
    /// <remarks>
    /// A renewal whose reply was lost is repeated within it, so name it only if it is set, and only once the users have consented anew:
    /// it applies to consents made after the setting (https://developer.dinero.dk, grace period on refresh tokens; read November 2026).
    /// How long a renewal may take follows from it: a sixth of it, between 2 and 10 seconds; 30 seconds without.
    /// </remarks>
    public TimeSpan? GracePeriod { get; set; }

    /// <summary>The kind of refresh tokens, as set for the application in the portal. Default: <see cref="RefreshTokenKind.OneTime"/>.</summary>
    public RefreshTokenKind RefreshTokens { get; set; }

    /// <summary>
    /// Whether a one-time refresh token is sent again after a send whose outcome is unknown, outside of a grace period. Default: if the user
    /// has no other connection of this client.
    /// </summary>
    public RefreshTokenReplay RefreshTokenReplay { get; set; }

    /// <summary>
    /// The scopes to ask for. None: those of the APIs that its HttpClients call (<see cref="VismaApi.ServiceScopes"/>, for a user's consent
    /// <see cref="VismaApi.UserScopes"/>), and if those have none, the application's own.
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

    /// <summary>
    /// How long one token request may take, its whole reply included. Default: 30 seconds; at most 10 minutes. The renewal of a user token
    /// has its own, which follows from <see cref="GracePeriod"/>.
    /// </summary>
    public TimeSpan TokenRequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Every secret, in the order of the settings.</summary>
    internal IReadOnlyList<string> SecretsInOrder() => (string.IsNullOrEmpty(ClientSecret), ClientSecrets.Count) switch
    {
        (true, _) => [.. ClientSecrets.Distinct(StringComparer.Ordinal)],
        (false, 0) => [ClientSecret!],
        _ => [.. ClientSecrets.Prepend(ClientSecret!).Distinct(StringComparer.Ordinal)],
    };
}
