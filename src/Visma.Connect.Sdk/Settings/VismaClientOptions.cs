using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk;

/// <summary>One application of the Visma Developer Portal (https://oauth.developers.visma.com).</summary>
public sealed class VismaClientOptions
{
    /// <summary>
    /// The name of the identity server: a built-in one, or one of <see cref="VismaConnectOptions.Authorities"/>. Default:
    /// <c>VismaConnect</c>.
    /// </summary>
    public string Authority { get; set; } = VismaAuthority.VismaConnect.Name;

    /// <summary>The client id from the portal, for example <c>isv_acme_service</c>. Required.</summary>
    public string? ClientId { get; set; }

    /// <summary>
    /// The client secret from the portal. Required, here or in <see cref="ClientSecrets"/>, unless <see cref="IsPublicClient"/> is true. Keep it
    /// in user secrets, an environment variable or a vault.
    /// </summary>
    [JsonIgnore]
    [IgnoreDataMember]
    public string? ClientSecret { get; set; }

    /// <summary>
    /// Further secrets, for a change of the secret without downtime. The next secret is tried when the server answers <c>invalid_client</c>, and
    /// only then. <see cref="ClientSecret"/> is tried first, until another secret was accepted. Default: empty.
    /// </summary>
    [JsonIgnore]
    [IgnoreDataMember]
    public IList<string> ClientSecrets { get; } = [];

    /// <summary>
    /// Whether the application has no secret, because it runs on the machines of its users: type Native in the portal (RFC 6749 section 2.1).
    /// Default: false.
    /// </summary>
    public bool IsPublicClient { get; set; }

    /// <summary>
    /// The address to which the browser of the user returns after the consent, exactly as in the portal. Required for user connections, and not
    /// used for service tokens. It is sent as written here, byte for byte (RFC 6749 section 4.1.3). Default: null.
    /// </summary>
    public string? RedirectUri { get; set; }

    /// <summary>
    /// How long the identity server accepts a one-time refresh token again after its first exchange. It is set for the application in the portal
    /// ("grace period", 5 to 60 seconds; 60 is best). Null, the default: no grace period, or not known.
    /// </summary>
    /// <remarks>
    /// A renewal whose reply was lost is repeated within the grace period. So set it here only if it is set in the portal. It applies to consents
    /// that are given after the portal's setting was changed (https://developer.dinero.dk, grace period on refresh tokens; read November 2026), so
    /// the library stores it with each consent. A slow reply is awaited, whatever the grace period is: see docs/renewal.md.
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
    /// The scopes to request. Empty, the default: the scopes of the APIs that the client's HttpClients call
    /// (<see cref="VismaApi.ServiceScopes"/>, for a user's consent <see cref="VismaApi.UserScopes"/>). If these are empty too, the parameter is not
    /// sent, and the scopes of the application in the portal apply.
    /// </summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>
    /// Whether tokens carry a <c>tenant_id</c>. Null, the default: <see cref="TenantUse.Required"/> at Visma's servers, also at another address of theirs,
    /// and <see cref="TenantUse.None"/> at others.
    /// </summary>
    public TenantUse? TenantUse { get; set; }

    /// <summary>How the client authenticates at the token endpoint. Null, the default: as its authority sets it.</summary>
    public ClientAuthenticationMethod? TokenEndpointAuthentication { get; set; }

    /// <summary>
    /// How long before its expiry a token is renewed, in the background, while it is still used. Default: 5 minutes. At most one day, and never
    /// more than a quarter of the token's lifetime. Zero renews only after expiry.
    /// </summary>
    public TimeSpan RenewBeforeExpiry { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The lifetime assumed for a token whose reply has no <c>expires_in</c> (RFC 6749 section 5.1). Default: 5 minutes. At most one day.</summary>
    public TimeSpan DefaultTokenLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The time limit of one token request, with its whole reply. Default: 30 seconds. At most 10 minutes. The renewal of a user token listens for up
    /// to 100 seconds, because a slow reply can hold the only valid refresh token.
    /// </summary>
    public TimeSpan TokenRequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Every secret, in the order of the settings.</summary>
    internal string[] SecretsInOrder() => (string.IsNullOrEmpty(ClientSecret), ClientSecrets.Count) switch
    {
        (true, _) => [.. ClientSecrets.Distinct(StringComparer.Ordinal)],
        (false, 0) => [ClientSecret!],
        _ => [.. ClientSecrets.Prepend(ClientSecret!).Distinct(StringComparer.Ordinal)],
    };
}
