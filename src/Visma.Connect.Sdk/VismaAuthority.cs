namespace Visma.Connect.Sdk;

/// <summary>An identity server as data: its endpoints, and how a client authenticates there.</summary>
/// <remarks>
/// Immutable and thread-safe; two values are equal if all their properties are. The endpoints are constants, so an application starts without a request.
/// Another environment (stage, or a fake
/// server in a test) is another value: see <see cref="WithBaseAddress"/>, or add an entry to <see cref="VismaConnectOptions.Authorities"/>.
/// </remarks>
public sealed record VismaAuthority
{
    /// <summary>Creates an authority.</summary>
    /// <param name="name">The name.</param>
    /// <param name="authorizationEndpoint">The authorization endpoint.</param>
    /// <param name="tokenEndpoint">The token endpoint.</param>
    /// <param name="revocationEndpoint">The revocation endpoint.</param>
    public VismaAuthority(string name, Uri authorizationEndpoint, Uri tokenEndpoint, Uri revocationEndpoint)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(authorizationEndpoint);
        ArgumentNullException.ThrowIfNull(tokenEndpoint);
        ArgumentNullException.ThrowIfNull(revocationEndpoint);
        Name = name;
        AuthorizationEndpoint = authorizationEndpoint;
        TokenEndpoint = tokenEndpoint;
        RevocationEndpoint = revocationEndpoint;
    }

    /// <summary>The name in settings and messages.</summary>
    public string Name { get; init; }

    /// <summary>The issuer, as in the discovery document and in <c>iss</c> (RFC 8414 section 2). Null if the server has none.</summary>
    public string? Issuer { get; init; }

    /// <summary>The address of the discovery document (OpenID Connect Discovery 1.0 section 4). Null if the server has none.</summary>
    public Uri? DiscoveryEndpoint { get; init; }

    /// <summary>The address to which a user's browser is sent for the consent (RFC 6749 section 3.1).</summary>
    public Uri AuthorizationEndpoint { get; init; }

    /// <summary>The endpoint that issues tokens (RFC 6749 section 3.2).</summary>
    public Uri TokenEndpoint { get; init; }

    /// <summary>The endpoint that revokes tokens (RFC 7009; VNI has other rules).</summary>
    public Uri RevocationEndpoint { get; init; }

    /// <summary>
    /// The endpoint at which a client asks whether its refresh token is unspent, before it sends the token again (RFC 7662 section 2). Null, the
    /// default: nothing is asked.
    /// </summary>
    /// <remarks>
    /// Set it only if the server answers about refresh tokens, and the question about a spent token ends at most the connection of this token. It
    /// is null for Visma's servers: their discovery documents of 2026-09-13 name an introspection endpoint, but neither has been tried there. If
    /// Visma Connect counts the question as a use of the token, a question about a spent token revokes all connections of the user.
    /// </remarks>
    public Uri? IntrospectionEndpoint { get; init; }

    /// <summary>The endpoint for claims about the user (OpenID Connect Core 1.0 section 5.3). Null if the server has none.</summary>
    public Uri? UserInfoEndpoint { get; init; }

    /// <summary>The address that ends a browser session (OpenID Connect RP-Initiated Logout 1.0). Null if the server has none.</summary>
    public Uri? EndSessionEndpoint { get; init; }

    /// <summary>
    /// Whether authorization responses contain the issuer (<c>iss</c>, RFC 9207). If true, a response without it is refused. In the discovery
    /// document it is <c>authorization_response_iss_parameter_supported</c>. Default: false.
    /// </summary>
    public bool AuthorizationResponseHasIssuer { get; init; }

    /// <summary>
    /// Whether the server follows the rules of the legacy VNI: tokens never expire and cannot be renewed, and a header of each call names the
    /// company. Default: false.
    /// </summary>
    public bool IsLegacy { get; init; }

    // Whether it is a server of Visma, at any address.
    internal bool IsOfVisma { get; init; }

    // Whether it is Visma Online, at any address: the server of eAccounting has required scopes, and its own parameters for choosing the company.
    internal bool IsVismaOnline { get; init; }

    /// <summary>
    /// How a client authenticates at the token endpoint, unless its settings say otherwise. Default:
    /// <see cref="ClientAuthenticationMethod.ClientSecretPost"/>.
    /// </summary>
    public ClientAuthenticationMethod TokenEndpointAuthentication { get; init; }

    /// <summary>
    /// How a client authenticates at the revocation endpoint. Default: <see cref="ClientAuthenticationMethod.ClientSecretBasic"/>.
    /// </summary>
    public ClientAuthenticationMethod RevocationEndpointAuthentication { get; init; } = ClientAuthenticationMethod.ClientSecretBasic;

    /// <summary>The grants that a partner's client can use: see <see cref="Sdk.GrantTypes"/>. Default: none.</summary>
    public IReadOnlyList<string> GrantTypes { get; init => field = ValueList<string>.Of(value); } = ValueList<string>.Empty;

    /// <summary>
    /// Visma Connect, <c>https://connect.visma.com</c>: Visma.net ERP, Business NXT, Dinero and most others
    /// (https://docs.connect.visma.com, and the discovery document of 2026-09-13).
    /// </summary>
    public static VismaAuthority VismaConnect { get; } = ConnectLayout(
        "VismaConnect",
        new Uri("https://connect.visma.com"),
        ClientAuthenticationMethod.ClientSecretPost,
        [Sdk.GrantTypes.AuthorizationCode, Sdk.GrantTypes.ClientCredentials, Sdk.GrantTypes.RefreshToken]);

    /// <summary>
    /// Visma Online, <c>https://identity.vismaonline.com</c>: eAccounting (Spiris) and its payroll
    /// (https://developer.vismaonline.com/docs, and the discovery document of 2026-09-13). It issues no service tokens to partners.
    /// </summary>
    public static VismaAuthority EAccounting { get; } = ConnectLayout(
        "EAccounting",
        new Uri("https://identity.vismaonline.com"),
        ClientAuthenticationMethod.ClientSecretBasic,
        [Sdk.GrantTypes.AuthorizationCode, Sdk.GrantTypes.RefreshToken]) with
    { IsVismaOnline = true };

    /// <summary>
    /// The legacy Visma.net Integrations (VNI), which Visma is shutting down. It is not an OpenID provider, its tokens never expire, and it has
    /// no refresh tokens.
    /// </summary>
    [Obsolete(LegacyVni.Advice, DiagnosticId = LegacyVni.DiagnosticId, UrlFormat = LegacyVni.Url)]
    public static VismaAuthority Vni { get; } = new(
        "Vni",
        authorizationEndpoint: new Uri("https://integration.visma.net/API/resources/oauth/authorize"),
        tokenEndpoint: new Uri("https://integration.visma.net/API/security/api/v2/token"),
        revocationEndpoint: new Uri("https://integration.visma.net/API/security/api/v1/token"))
    {
        TokenEndpointAuthentication = ClientAuthenticationMethod.ClientSecretBasic,
        GrantTypes = [Sdk.GrantTypes.AuthorizationCode],
        IsLegacy = true,
        IsOfVisma = true,
    };

    internal static IReadOnlyList<VismaAuthority> BuiltIn { get; } = [VismaConnect, EAccounting, Vni];

    internal static VismaAuthority? FindBuiltIn(string name) =>
        BuiltIn.FirstOrDefault(authority => string.Equals(authority.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Returns the same kind of server at another address: every endpoint has the same path there.</summary>
    /// <param name="baseAddress">Scheme, host and port of the other server: https, or http on loopback.</param>
    /// <param name="name">The name of the other server. Default: the name of this one.</param>
    /// <returns>The authority.</returns>
    /// <exception cref="ArgumentException"><paramref name="baseAddress"/> is not absolute.</exception>
    public VismaAuthority WithBaseAddress(Uri baseAddress, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(baseAddress);
        if (!baseAddress.IsAbsoluteUri)
        {
            throw new ArgumentException("The address of an identity server must be absolute.", nameof(baseAddress));
        }

        Uri Move(Uri endpoint) => new(baseAddress, endpoint.AbsolutePath);

        return this with
        {
            Name = name ?? Name,
            Issuer = Issuer is null ? null : baseAddress.GetLeftPart(UriPartial.Authority),
            DiscoveryEndpoint = DiscoveryEndpoint is null ? null : Move(DiscoveryEndpoint),
            AuthorizationEndpoint = Move(AuthorizationEndpoint),
            TokenEndpoint = Move(TokenEndpoint),
            RevocationEndpoint = Move(RevocationEndpoint),
            IntrospectionEndpoint = IntrospectionEndpoint is null ? null : Move(IntrospectionEndpoint),
            UserInfoEndpoint = UserInfoEndpoint is null ? null : Move(UserInfoEndpoint),
            EndSessionEndpoint = EndSessionEndpoint is null ? null : Move(EndSessionEndpoint),
        };
    }

    /// <summary>Returns name and token endpoint.</summary>
    public override string ToString() => $"{Name} at {TokenEndpoint}";

    private static VismaAuthority ConnectLayout(string name, Uri server, ClientAuthenticationMethod tokenEndpointAuthentication, string[] grantTypes) => new(
        name,
        authorizationEndpoint: new Uri(server, "/connect/authorize"),
        tokenEndpoint: new Uri(server, "/connect/token"),
        revocationEndpoint: new Uri(server, "/connect/revocation"))
    {
        Issuer = server.GetLeftPart(UriPartial.Authority),
        DiscoveryEndpoint = new Uri(server, "/.well-known/openid-configuration"),
        UserInfoEndpoint = new Uri(server, "/connect/userinfo"),
        EndSessionEndpoint = new Uri(server, "/connect/endsession"),
        AuthorizationResponseHasIssuer = true,
        IsOfVisma = true,
        TokenEndpointAuthentication = tokenEndpointAuthentication,
        GrantTypes = grantTypes,
    };
}
