namespace Visma.Connect.Sdk;

/// <summary>
/// An identity server in the settings: a built-in one at another address, with its differences, or another server that follows OAuth 2.0 and OpenID
/// Connect.
/// </summary>
/// <remarks>
/// Endpoints are https, or http on loopback, without a query. An endpoint that is set here is used instead of a built-in or a discovered one. If an
/// endpoint is needed and missing, an <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> names the setting.
/// </remarks>
public sealed class VismaAuthorityOptions
{
    /// <summary>The value of <see cref="BasedOn"/> for a server that is not one of Visma's.</summary>
    public const string OpenIdConnect = "OpenIdConnect";

    /// <summary>
    /// The built-in authority whose endpoint paths and defaults are copied: <c>VismaConnect</c>, <c>EAccounting</c> or <c>Vni</c>; or
    /// <see cref="OpenIdConnect"/>, for a server that is not one of Visma's. Default: the built-in authority of the same name; otherwise
    /// <see cref="OpenIdConnect"/> if <see cref="Discover"/> or <see cref="TokenEndpoint"/> is set, and <c>VismaConnect</c> if neither is.
    /// </summary>
    /// <remarks>
    /// <see cref="OpenIdConnect"/> copies no endpoint. Clients authenticate with <see cref="ClientAuthenticationMethod.ClientSecretBasic"/>, their tokens
    /// have no tenant unless <see cref="VismaClientOptions.TenantUse"/> says so, and public clients revoke with their client id in the form.
    /// </remarks>
    public string? BasedOn { get; set; }

    /// <summary>
    /// The address of the server: https, or http on loopback. It may have a path, such as <c>https://id.example/realms/acme</c>; the paths of the endpoints
    /// follow it. Null, the default: the built-in address.
    /// </summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>The issuer, if it differs from the <see cref="BaseAddress"/>. Null, the default: the base address.</summary>
    public string? Issuer { get; set; }

    /// <summary>
    /// Whether the endpoints are read from the discovery document (RFC 8414), when they are first needed and then every 12 hours. A document of another
    /// issuer is refused. The host starts without it; while it cannot be read for the first time, token requests fail. Default: false.
    /// </summary>
    /// <remarks>The <see cref="IntrospectionEndpoint"/> is not read from it, because a server that has one need not answer about refresh tokens.</remarks>
    public bool Discover { get; set; }

    /// <summary>The discovery document. Null, the default: <c>.well-known/openid-configuration</c> at the base address or the issuer.</summary>
    public Uri? DiscoveryEndpoint { get; set; }

    /// <summary>The key set (JWKS) that signs id tokens. Null, the default: the one that the discovery document names.</summary>
    public Uri? KeysEndpoint { get; set; }

    /// <summary>The authorization endpoint. Null, the default: as built in or discovered.</summary>
    public Uri? AuthorizationEndpoint { get; set; }

    /// <summary>The token endpoint. Null, the default: as built in or discovered.</summary>
    public Uri? TokenEndpoint { get; set; }

    /// <summary>The revocation endpoint. Null, the default: as built in or discovered.</summary>
    public Uri? RevocationEndpoint { get; set; }

    /// <summary>The userinfo endpoint. Null, the default: as built in or discovered.</summary>
    public Uri? UserInfoEndpoint { get; set; }

    /// <summary>The end session endpoint. Null, the default: as built in or discovered.</summary>
    public Uri? EndSessionEndpoint { get; set; }

    /// <summary>
    /// The endpoint at which the library asks whether a refresh token is unspent (RFC 7662 section 2), before it sends a token again whose earlier
    /// send has an unknown outcome. Null, the default: nothing is asked.
    /// </summary>
    /// <remarks>Read <see cref="VismaAuthority.IntrospectionEndpoint"/> before you set it for a server of Visma.</remarks>
    public Uri? IntrospectionEndpoint { get; set; }

    /// <summary>How clients authenticate at the token endpoint, if it differs. Null, the default: as built in.</summary>
    public ClientAuthenticationMethod? TokenEndpointAuthentication { get; set; }

    /// <summary>How clients authenticate at the revocation endpoint, if it differs. Null, the default: as built in.</summary>
    public ClientAuthenticationMethod? RevocationEndpointAuthentication { get; set; }

    /// <summary>
    /// Whether the server sends its issuer in an authorization response (<c>iss</c>, RFC 9207), if it differs. Null, the default: as built
    /// in or discovered.
    /// </summary>
    public bool? AuthorizationResponseHasIssuer { get; set; }

    // The authority from code that these settings change. A field, because the binding generator of the configuration binds each property.
    internal VismaAuthority? Given;

    internal bool IsStandard(string name) =>
        Given is null
        && (BasedOn is null
            ? VismaAuthority.FindBuiltIn(name) is null && (Discover || TokenEndpoint is not null)
            : string.Equals(BasedOn, OpenIdConnect, StringComparison.OrdinalIgnoreCase));

    // Null if BasedOn is unknown. The validator reports that first.
    internal VismaAuthority? Resolve(string name, KnownMetadata? metadata = null)
    {
        if (BasisOf(name) is not { } basis)
        {
            return null;
        }

        VismaAuthority set = Changed(basis);
        if (!Discover || set.DiscoveryEndpoint is not { } address)
        {
            return set;
        }

        return metadata?.Find(address) is { } known && set.Issuer is { } issuer && known.IsOf(issuer)
            ? Changed(known.ApplyTo(basis)) with { Issuer = known.Issuer, IsDiscovered = true }
            : set with { IsDiscovered = true, AwaitsMetadata = true };
    }

    private VismaAuthority? BasisOf(string name)
    {
        if (IsStandard(name))
        {
            return VismaAuthority.Standard(name, IssuerOfStandard());
        }

        VismaAuthority? known = Given ?? VismaAuthority.FindBuiltIn(BasedOn ?? name) ?? (BasedOn is null ? VismaAuthority.VismaConnect : null);
        return BaseAddress is { IsAbsoluteUri: true } ? known?.WithBaseAddress(BaseAddress, name) : known is null ? null : known with { Name = name };
    }

    private string? IssuerOfStandard()
    {
        string? address = BaseAddress is { IsAbsoluteUri: true } ? BaseAddress.GetLeftPart(UriPartial.Path) : Issuer;
        if (address is null && DiscoveryEndpoint is { IsAbsoluteUri: true } document)
        {
            string text = document.AbsoluteUri;
            address = text.EndsWith(VismaAuthority.DiscoveryPath, StringComparison.Ordinal)
                ? text.Substring(0, text.Length - VismaAuthority.DiscoveryPath.Length)
                : null;
        }

        return Uri.TryCreate(address, UriKind.Absolute, out _) ? address!.TrimEnd('/') : null;
    }

    private VismaAuthority Changed(VismaAuthority authority)
    {
        VismaAuthority changed = authority with
        {
            Issuer = Issuer ?? authority.Issuer,
            DiscoveryEndpoint = DiscoveryEndpoint ?? authority.DiscoveryEndpoint,
            KeysEndpoint = KeysEndpoint ?? authority.KeysEndpoint,
            AuthorizationEndpoint = AuthorizationEndpoint ?? authority.AuthorizationEndpoint,
            RevocationEndpoint = RevocationEndpoint ?? authority.RevocationEndpoint,
            UserInfoEndpoint = UserInfoEndpoint ?? authority.UserInfoEndpoint,
            EndSessionEndpoint = EndSessionEndpoint ?? authority.EndSessionEndpoint,
            IntrospectionEndpoint = IntrospectionEndpoint ?? authority.IntrospectionEndpoint,
            AuthorizationResponseHasIssuer = AuthorizationResponseHasIssuer ?? authority.AuthorizationResponseHasIssuer,
            TokenEndpointAuthentication = TokenEndpointAuthentication ?? authority.TokenEndpointAuthentication,
            RevocationEndpointAuthentication = RevocationEndpointAuthentication ?? authority.RevocationEndpointAuthentication,
        };
        return TokenEndpoint is null ? changed : changed with { TokenEndpoint = TokenEndpoint };
    }
}
