namespace Visma.Connect.Sdk;

/// <summary>An identity server as data: where its endpoints are and how a client authenticates there.</summary>
/// <remarks>
/// Immutable and thread-safe. The endpoints are constants, so starting needs no network. Another environment (stage, a fake server in a
/// test) is another value: see <see cref="WithBaseAddress"/>, or name it in <see cref="VismaConnectOptions.Authorities"/>.
/// </remarks>
public sealed record VismaAuthority
{
    /// <summary>The name used in settings.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The issuer, as in the discovery document and in <c>iss</c> (RFC 8414 section 2); null for a server that has none.
    /// </summary>
    public string? Issuer { get; init; }

    /// <summary>The discovery document (OpenID Connect Discovery 1.0 section 4); null for a server that has none.</summary>
    public Uri? DiscoveryEndpoint { get; init; }

    /// <summary>Where a user's browser is sent to consent (RFC 6749 section 3.1).</summary>
    public required Uri AuthorizationEndpoint { get; init; }

    /// <summary>Where tokens are asked for (RFC 6749 section 3.2).</summary>
    public required Uri TokenEndpoint { get; init; }

    /// <summary>Where tokens are revoked (RFC 7009; at VNI by its own rule).</summary>
    public required Uri RevocationEndpoint { get; init; }

    /// <summary>Where claims about the user are read (OpenID Connect Core 1.0 section 5.3); null for a server that has none.</summary>
    public Uri? UserInfoEndpoint { get; init; }

    /// <summary>Where a browser session is ended (OpenID Connect RP-Initiated Logout 1.0); null for a server that has none.</summary>
    public Uri? EndSessionEndpoint { get; init; }

    /// <summary>
    /// Whether it names itself in the answer to an authorization request (<c>iss</c>, RFC 9207): then an answer without is refused. Its
    /// discovery document says so as <c>authorization_response_iss_parameter_supported</c>. Default: no.
    /// </summary>
    public bool AuthorizationResponseHasIssuer { get; init; }

    /// <summary>
    /// Whether it is the legacy VNI or like it: tokens that never expire and cannot be renewed, and the company in a header of each call.
    /// Default: no.
    /// </summary>
    public bool IsLegacy { get; init; }

    // Visma Online, wherever it stands: the server of eAccounting, with required scopes and a choice of company of its own.
    internal bool IsVismaOnline { get; init; }

    /// <summary>
    /// How a client authenticates at the token endpoint unless its own settings say otherwise. Default:
    /// <see cref="ClientAuthenticationMethod.ClientSecretPost"/>.
    /// </summary>
    public ClientAuthenticationMethod TokenEndpointAuthentication { get; init; }

    /// <summary>
    /// How a client authenticates at the revocation endpoint. Default: <see cref="ClientAuthenticationMethod.ClientSecretBasic"/>.
    /// </summary>
    public ClientAuthenticationMethod RevocationEndpointAuthentication { get; init; } = ClientAuthenticationMethod.ClientSecretBasic;

    /// <summary>The grants that a partner's client can use there: see <see cref="Sdk.GrantTypes"/>.</summary>
    public IReadOnlyList<string> GrantTypes { get; init; } = [];

    /// <summary>
    /// Visma Connect, <c>https://connect.visma.com</c>: Visma.net ERP, Business NXT, Dinero and most others
    /// (https://docs.connect.visma.com, and its discovery document as of 2026-09-13).
    /// </summary>
    public static VismaAuthority VismaConnect { get; } = ConnectLayout(
        "VismaConnect",
        new Uri("https://connect.visma.com"),
        ClientAuthenticationMethod.ClientSecretPost,
        [Sdk.GrantTypes.AuthorizationCode, Sdk.GrantTypes.ClientCredentials, Sdk.GrantTypes.RefreshToken]);

    /// <summary>
    /// Visma Online, <c>https://identity.vismaonline.com</c>: eAccounting (Spiris) and its payroll
    /// (https://developer.vismaonline.com/docs, and its discovery document as of 2026-09-13). It offers partners no service tokens.
    /// </summary>
    public static VismaAuthority EAccounting { get; } = ConnectLayout(
        "EAccounting",
        new Uri("https://identity.vismaonline.com"),
        ClientAuthenticationMethod.ClientSecretBasic,
        [Sdk.GrantTypes.AuthorizationCode, Sdk.GrantTypes.RefreshToken]) with
    { IsVismaOnline = true };

    /// <summary>
    /// The legacy Visma.net Integrations (VNI), being shut down by Visma: not an OpenID provider, tokens that never expire, no refresh.
    /// </summary>
    public static VismaAuthority Vni { get; } = new()
    {
        Name = "Vni",
        AuthorizationEndpoint = new Uri("https://integration.visma.net/API/resources/oauth/authorize"),
        TokenEndpoint = new Uri("https://integration.visma.net/API/security/api/v2/token"),
        RevocationEndpoint = new Uri("https://integration.visma.net/API/security/api/v1/token"),
        TokenEndpointAuthentication = ClientAuthenticationMethod.ClientSecretBasic,
        GrantTypes = [Sdk.GrantTypes.AuthorizationCode],
        IsLegacy = true,
    };

    internal static IReadOnlyList<VismaAuthority> BuiltIn { get; } = [VismaConnect, EAccounting, Vni];

    internal static VismaAuthority? FindBuiltIn(string name) =>
        BuiltIn.FirstOrDefault(authority => string.Equals(authority.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The same kind of server at another address: every endpoint moves there, with its path.</summary>
    /// <param name="baseAddress">Scheme, host and port of the other server: https, or http on loopback.</param>
    /// <param name="name">Its name in settings; this one's name when null.</param>
    /// <exception cref="ArgumentException"><paramref name="baseAddress"/> is not absolute.</exception>
    public VismaAuthority WithBaseAddress(Uri baseAddress, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(baseAddress);
        if (!baseAddress.IsAbsoluteUri)
        {
            throw new ArgumentException("The address of an identity server is absolute.", nameof(baseAddress));
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
            UserInfoEndpoint = UserInfoEndpoint is null ? null : Move(UserInfoEndpoint),
            EndSessionEndpoint = EndSessionEndpoint is null ? null : Move(EndSessionEndpoint),
        };
    }

    private static VismaAuthority ConnectLayout(string name, Uri server, ClientAuthenticationMethod tokenEndpointAuthentication, string[] grantTypes) => new()
    {
        Name = name,
        Issuer = server.GetLeftPart(UriPartial.Authority),
        DiscoveryEndpoint = new Uri(server, "/.well-known/openid-configuration"),
        AuthorizationEndpoint = new Uri(server, "/connect/authorize"),
        TokenEndpoint = new Uri(server, "/connect/token"),
        RevocationEndpoint = new Uri(server, "/connect/revocation"),
        UserInfoEndpoint = new Uri(server, "/connect/userinfo"),
        EndSessionEndpoint = new Uri(server, "/connect/endsession"),
        AuthorizationResponseHasIssuer = true,
        TokenEndpointAuthentication = tokenEndpointAuthentication,
        GrantTypes = grantTypes,
    };
}
