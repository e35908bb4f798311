using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>An identity server as data: its endpoints, and how a client authenticates there.</summary>
/// <remarks>
/// Immutable and thread-safe; two values are equal if all their properties are. The endpoints of Visma's servers are constants, so an application starts
/// without a request. Another server, or another environment (stage, or a fake server in a test), is another value: see <see cref="WithBaseAddress"/>
/// and <see cref="VismaConnectOptions.AddAuthority"/>, or add an entry to <see cref="VismaConnectOptions.Authorities"/>.
/// </remarks>
public sealed record VismaAuthority
{
    internal const string DiscoveryPath = "/.well-known/openid-configuration";

    private readonly Uri? _tokenEndpoint;

    /// <summary>Creates an authority that only issues tokens. Its other endpoints can be set.</summary>
    /// <param name="name">The name.</param>
    /// <param name="tokenEndpoint">The token endpoint.</param>
    public VismaAuthority(string name, Uri tokenEndpoint)
        : this(name)
    {
        ArgumentNullException.ThrowIfNull(tokenEndpoint);
        TokenEndpoint = tokenEndpoint;
    }

    private VismaAuthority(string name) => Name = name ?? throw new ArgumentNullException(nameof(name));

    /// <summary>Creates an authority.</summary>
    /// <param name="name">The name.</param>
    /// <param name="authorizationEndpoint">The authorization endpoint.</param>
    /// <param name="tokenEndpoint">The token endpoint.</param>
    /// <param name="revocationEndpoint">The revocation endpoint.</param>
    public VismaAuthority(string name, Uri authorizationEndpoint, Uri tokenEndpoint, Uri revocationEndpoint)
        : this(name, tokenEndpoint)
    {
        ArgumentNullException.ThrowIfNull(authorizationEndpoint);
        ArgumentNullException.ThrowIfNull(revocationEndpoint);
        AuthorizationEndpoint = authorizationEndpoint;
        RevocationEndpoint = revocationEndpoint;
    }

    /// <summary>The name in settings and messages.</summary>
    public string Name { get; init; }

    /// <summary>The issuer, as in the discovery document and in <c>iss</c> (RFC 8414 section 2). Null if the server has none.</summary>
    public string? Issuer { get; init; }

    /// <summary>The address of the discovery document (OpenID Connect Discovery 1.0 section 4). Null if the server has none.</summary>
    public Uri? DiscoveryEndpoint { get; init; }

    /// <summary>
    /// The key set (JWKS, RFC 7517) that signs id tokens. Null, the default: the address in the discovery document, which keeps up with a move of the keys.
    /// </summary>
    public Uri? KeysEndpoint { get; init; }

    /// <summary>The address to which a user's browser is sent for the consent (RFC 6749 section 3.1). Null if the server has none.</summary>
    public Uri? AuthorizationEndpoint { get; init; }

    /// <summary>The endpoint that issues tokens (RFC 6749 section 3.2).</summary>
    public Uri TokenEndpoint
    {
        get => Require(_tokenEndpoint, nameof(TokenEndpoint));
        init => _tokenEndpoint = value;
    }

    /// <summary>The endpoint that revokes tokens (RFC 7009; VNI has other rules). Null if the server has none.</summary>
    public Uri? RevocationEndpoint { get; init; }

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

    // Whether the endpoints come from the discovery document. Only authorities of the settings can do that.
    internal bool IsDiscovered { get; init; }

    // Whether the discovery document has not been read yet. The endpoints cannot be used until then.
    internal bool AwaitsMetadata { get; init; }

    internal bool HasTokenEndpoint => !AwaitsMetadata && _tokenEndpoint is not null;

    // Whether it is one of Visma's servers, at any address. Visma's rules that no standard has do not apply to others.
    internal bool IsOfVisma { get; init; }

    // Whether it is Visma Online, at any address: the server of eAccounting has required scopes, and its own parameters for choosing the company.
    internal bool IsVismaOnline { get; init; }

    /// <summary>
    /// How a client authenticates at the token endpoint, unless its settings say otherwise. Default:
    /// <see cref="ClientAuthenticationMethod.ClientSecretPost"/>.
    /// </summary>
    public ClientAuthenticationMethod TokenEndpointAuthentication { get; init; }

    /// <summary>
    /// How a client authenticates at the revocation endpoint. Default: <see cref="ClientAuthenticationMethod.ClientSecretBasic"/>. A public client has no
    /// secret: at Visma's servers it sends Basic with an empty one, at others its client id in the form.
    /// </summary>
    public ClientAuthenticationMethod RevocationEndpointAuthentication { get; init; } = ClientAuthenticationMethod.ClientSecretBasic;

    /// <summary>The grants that a partner's client can use: see <see cref="Sdk.GrantTypes"/>. Default: none.</summary>
    public IReadOnlyList<string> GrantTypes { get; init => field = ValueList<string>.Of(value); } = ValueList<string>.Empty;

    /// <summary>
    /// Visma Connect, <c>https://connect.visma.com</c>: Visma.net ERP, Business NXT, Dinero and most others
    /// (https://docs.connect.visma.com, and the discovery document of 2026-09-13).
    /// </summary>
    public static VismaAuthority VismaConnect => field ??= ConnectLayout(
        "VismaConnect",
        new Uri("https://connect.visma.com"),
        ClientAuthenticationMethod.ClientSecretPost,
        [Sdk.GrantTypes.AuthorizationCode, Sdk.GrantTypes.ClientCredentials, Sdk.GrantTypes.RefreshToken]);

    /// <summary>
    /// Visma Online, <c>https://identity.vismaonline.com</c>: eAccounting (Spiris) and its payroll
    /// (https://developer.vismaonline.com/docs, and the discovery document of 2026-09-13). It issues no service tokens to partners.
    /// </summary>
    public static VismaAuthority EAccounting => field ??= ConnectLayout(
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
    public static VismaAuthority Vni => field ??= new(
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

    // A server that follows the standards; its endpoints are set, or discovered. Every server supports Basic (RFC 6749 section 2.3.1).
    internal static VismaAuthority Standard(string name, string? issuer) => new(name)
    {
        Issuer = issuer,
        DiscoveryEndpoint = issuer is null ? null : new Uri(issuer + DiscoveryPath),
        TokenEndpointAuthentication = ClientAuthenticationMethod.ClientSecretBasic,
        GrantTypes = [Sdk.GrantTypes.AuthorizationCode, Sdk.GrantTypes.ClientCredentials, Sdk.GrantTypes.RefreshToken],
    };

    internal static IReadOnlyList<VismaAuthority> BuiltIn => field ??= [VismaConnect, EAccounting, Vni];

    internal static VismaAuthority? FindBuiltIn(string name) =>
        name.ToUpperInvariant() switch { "VISMACONNECT" => VismaConnect, "EACCOUNTING" => EAccounting, "VNI" => Vni, _ => null };

    /// <summary>Returns the same kind of server at another address: every endpoint has the same path there.</summary>
    /// <param name="baseAddress">The address of the other server: https, or http on loopback. A path comes before the paths of the endpoints.</param>
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

        string server = baseAddress.GetLeftPart(UriPartial.Path).TrimEnd('/');
        Uri Move(Uri endpoint) => new(server + endpoint.AbsolutePath);
        Uri? MoveKnown(Uri? endpoint) => endpoint is null ? null : Move(endpoint);

        return this with
        {
            Name = name ?? Name,
            Issuer = Issuer is null ? null : server,
            DiscoveryEndpoint = MoveKnown(DiscoveryEndpoint),
            KeysEndpoint = MoveKnown(KeysEndpoint),
            AuthorizationEndpoint = MoveKnown(AuthorizationEndpoint),
            TokenEndpoint = Move(TokenEndpoint),
            RevocationEndpoint = MoveKnown(RevocationEndpoint),
            IntrospectionEndpoint = MoveKnown(IntrospectionEndpoint),
            UserInfoEndpoint = MoveKnown(UserInfoEndpoint),
            EndSessionEndpoint = MoveKnown(EndSessionEndpoint),
        };
    }

    /// <summary>Returns name and token endpoint.</summary>
    public override string ToString() => $"{Name} at {_tokenEndpoint ?? DiscoveryEndpoint}";

    /// <summary>The endpoints by the names of their settings.</summary>
    internal (string Setting, Uri? Address)[] Endpoints() =>
    [
        (nameof(AuthorizationEndpoint), AuthorizationEndpoint), (nameof(TokenEndpoint), _tokenEndpoint), (nameof(RevocationEndpoint), RevocationEndpoint),
        (nameof(IntrospectionEndpoint), IntrospectionEndpoint), (nameof(UserInfoEndpoint), UserInfoEndpoint),
        (nameof(EndSessionEndpoint), EndSessionEndpoint), (nameof(DiscoveryEndpoint), DiscoveryEndpoint), (nameof(KeysEndpoint), KeysEndpoint),
    ];

    /// <summary>Returns an endpoint that is needed now.</summary>
    /// <exception cref="OptionsValidationException">The server has none; the message names the setting.</exception>
    /// <exception cref="InvalidOperationException">The discovery document has not been read yet.</exception>
    internal Uri Require(Uri? endpoint, string setting) => AwaitsMetadata
        ? throw new InvalidOperationException(
            $"The endpoints of authority '{Name}' have not been read from its discovery document yet. Call BeginAsync of VismaConnections instead of Begin, "
            + "or await DiscoverAsync of the typed client first.")
        : endpoint ?? throw new OptionsValidationException(
            nameof(VismaAuthority),
            typeof(VismaAuthority),
            [$"Authorities:{Name}:{setting} is missing, and is needed here. Set it if the server has this endpoint."]);

    private static VismaAuthority ConnectLayout(string name, Uri server, ClientAuthenticationMethod tokenEndpointAuthentication, string[] grantTypes) => new(
        name,
        authorizationEndpoint: new Uri(server, "/connect/authorize"),
        tokenEndpoint: new Uri(server, "/connect/token"),
        revocationEndpoint: new Uri(server, "/connect/revocation"))
    {
        Issuer = server.GetLeftPart(UriPartial.Authority),
        DiscoveryEndpoint = new Uri(server, DiscoveryPath),
        UserInfoEndpoint = new Uri(server, "/connect/userinfo"),
        EndSessionEndpoint = new Uri(server, "/connect/endsession"),
        AuthorizationResponseHasIssuer = true,
        IsOfVisma = true,
        TokenEndpointAuthentication = tokenEndpointAuthentication,
        GrantTypes = grantTypes,
    };
}
