using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>An identity server of <see cref="FakeVisma"/> that speaks OpenID Connect: Visma Connect, or eAccounting's.</summary>
/// <remarks>
/// It keeps the rules of OAuth strictly: redirect addresses byte for byte, codes that are good once and for five minutes, PKCE by S256 only.
/// What an honest server would never do is told to it by the properties. Thread-safe.
/// </remarks>
public sealed class FakeIdentityServer
{
    private readonly FakeVisma _visma;
    private readonly VismaAuthority _real;
    private readonly Dictionary<string, FakeEndpoint> _routes;
    private volatile FakeSigningKey _key;

    internal FakeIdentityServer(FakeVisma visma, FakeLogin login, VismaAuthority real, FakeAuthorityRules rules)
    {
        _visma = visma;
        _real = real;
        _key = new FakeSigningKey(IsVismaConnect ? 0 : 1);
        FakeState state = visma.State;
        FakeGrants grants = new(state, rules);
        FakeDiscovery discovery = new(this, real);
        AuthorizationEndpoint = new FakeEndpoint(new FakeAuthorizationEndpoint(state, login, grants, rules, () => SendsIssuer ? Issuer : null).Answer);
        TokenEndpoint = new FakeEndpoint(new FakeTokenEndpoint(state, grants, new FakeTokenIssuer(state, this), real).Answer, grants.Present);
        RevocationEndpoint = new FakeEndpoint(new FakeRevocationEndpoint(state, grants).Answer);
        UserInfoEndpoint = new FakeEndpoint(new FakeUserInfoEndpoint(state, this, real).Answer);
        EndSessionEndpoint = new FakeEndpoint(new FakeEndSessionEndpoint(state).Answer);
        DiscoveryEndpoint = new FakeEndpoint(discovery.Answer);
        KeysEndpoint = new FakeEndpoint(discovery.AnswerKeys);
        _routes = new Dictionary<string, FakeEndpoint>(StringComparer.Ordinal)
        {
            ["/connect/authorize"] = AuthorizationEndpoint,
            [FakeLogin.Path] = new(login.Answer),
            ["/connect/token"] = TokenEndpoint,
            ["/connect/revocation"] = RevocationEndpoint,
            ["/connect/userinfo"] = UserInfoEndpoint,
            ["/connect/endsession"] = EndSessionEndpoint,
            ["/.well-known/openid-configuration"] = DiscoveryEndpoint,
            ["/.well-known/oauth-authorization-server"] = DiscoveryEndpoint,
            ["/.well-known/openid-configuration/jwks"] = KeysEndpoint,
        };
    }

    /// <summary>The server as data, for a client without a container.</summary>
    public VismaAuthority Authority => _real.WithBaseAddress(Address);

    /// <summary>Where users' browsers are sent: what it was asked, and what to answer next. The pages that follow are not counted.</summary>
    public FakeEndpoint AuthorizationEndpoint { get; }

    /// <summary>The token endpoint.</summary>
    public FakeEndpoint TokenEndpoint { get; }

    /// <summary>The revocation endpoint.</summary>
    public FakeEndpoint RevocationEndpoint { get; }

    /// <summary>The userinfo endpoint.</summary>
    public FakeEndpoint UserInfoEndpoint { get; }

    /// <summary>Where users' browsers are sent to sign out.</summary>
    public FakeEndpoint EndSessionEndpoint { get; }

    /// <summary>The discovery document, at both of its addresses.</summary>
    public FakeEndpoint DiscoveryEndpoint { get; }

    /// <summary>The key set.</summary>
    public FakeEndpoint KeysEndpoint { get; }

    /// <summary>Whether callbacks carry <c>iss</c> (RFC 9207), as the discovery document says. Default: they do.</summary>
    public bool SendsIssuer { get; set; } = true;

    /// <summary>
    /// Changes the header of each id token before it is signed. The signature follows its <c>alg</c>: <c>none</c> has none, <c>HS256</c> takes
    /// the client secret, <c>ES256</c> a key that nobody knows, all else the server's RSA key.
    /// </summary>
    public Action<JsonObject>? ChangeIdTokenHeader { get; set; }

    /// <summary>Changes the claims of each id token before it is signed.</summary>
    public Action<JsonObject>? ChangeIdTokenClaims { get; set; }

    /// <summary>Whether the signatures of id tokens are wrong.</summary>
    public bool BreakIdTokenSignature { get; set; }

    /// <summary>Whether the key set holds, before the key that signs, another one that signs nothing.</summary>
    public bool PublishesSecondKey { get; set; }

    /// <summary>Changes each userinfo reply.</summary>
    public Action<JsonObject>? ChangeUserInfo { get; set; }

    /// <summary>Changes the discovery document.</summary>
    public Action<JsonObject>? ChangeDiscovery { get; set; }

    internal Uri Address { get; set; } = null!;

    internal string Name => _real.Name;

    internal string Issuer => Address.GetLeftPart(UriPartial.Authority);

    internal bool IsVismaConnect => _real == VismaAuthority.VismaConnect;

    internal FakeSigningKey Key => _key;

    internal IEnumerable<FakeEndpoint> Endpoints => _routes.Values;

    /// <summary>Signs with another key from now on. The key set holds only the new one.</summary>
    public void RotateSigningKey() => _key = _key.Next();

    /// <summary>The issuer.</summary>
    public override string ToString() => $"{Name} at {Issuer}";

    internal FakeEndpoint? Find(string path) => _routes.GetValueOrDefault(path);

    internal IEnumerable<string> AudiencesOf(IReadOnlyList<string> scopes) => _visma.AudiencesOf(scopes);
}
