using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>An OpenID Connect server of <see cref="FakeVisma"/>: Visma Connect, or eAccounting's identity server.</summary>
/// <remarks>
/// It applies the rules of OAuth strictly: it compares redirect URIs byte for byte, accepts a code once and for five minutes, and accepts
/// PKCE with S256 only. The properties switch on faults that Visma's servers do not have. Thread-safe.
/// </remarks>
public sealed class FakeIdentityServer
{
    private readonly FakeAuthority _authority;
    private readonly FakeGrants _grants;
    private readonly FakeLogoutTokens _logoutTokens;
    private readonly Dictionary<string, FakeEndpoint> _routes;

    internal FakeIdentityServer(FakeState state, FakeSignIns signIns, FakeGrants grants, FakeAuthority authority, IReadOnlyList<VismaApi> apis)
    {
        _authority = authority;
        _grants = grants;
        _logoutTokens = new FakeLogoutTokens(state, authority);
        FakeTokenIssuer issuer = new(state, authority, apis);
        FakeDiscovery discovery = new(authority);
        AuthorizationEndpoint = new FakeEndpoint(
            state.Time,
            new FakeAuthorizationEndpoint(state, signIns, grants, authority.Rules, () => authority.SendsIssuer ? authority.Issuer : null).Answer);
        TokenEndpoint = new FakeEndpoint(state.Time, new FakeTokenEndpoint(state, grants, issuer, authority.Real).Answer, grants.Present);
        RevocationEndpoint = new FakeEndpoint(state.Time, new FakeRevocationEndpoint(state, grants).Answer);
        IntrospectionEndpoint = new FakeEndpoint(state.Time, new FakeIntrospectionEndpoint(state, grants).Answer);
        UserInfoEndpoint = new FakeEndpoint(state.Time, new FakeUserInfoEndpoint(state, authority).Answer);
        EndSessionEndpoint = new FakeEndpoint(state.Time, new FakeEndSessionEndpoint(state).Answer);
        DiscoveryEndpoint = new FakeEndpoint(state.Time, discovery.Answer);
        KeysEndpoint = new FakeEndpoint(state.Time, discovery.AnswerKeys);
        _routes = new Dictionary<string, FakeEndpoint>(StringComparer.Ordinal)
        {
            ["/connect/authorize"] = AuthorizationEndpoint,
            [FakeSignInPages.FormPath] = new(state.Time, signIns.Answer),
            ["/connect/token"] = TokenEndpoint,
            ["/connect/revocation"] = RevocationEndpoint,
            ["/connect/introspect"] = IntrospectionEndpoint,
            ["/connect/userinfo"] = UserInfoEndpoint,
            ["/connect/endsession"] = EndSessionEndpoint,
            ["/.well-known/openid-configuration"] = DiscoveryEndpoint,
            ["/.well-known/oauth-authorization-server"] = DiscoveryEndpoint,
            ["/.well-known/openid-configuration/jwks"] = KeysEndpoint,
        };
    }

    /// <summary>The server as data, for a protocol client that is created without a container.</summary>
    public VismaAuthority Authority => _authority.Real.WithBaseAddress(_authority.Address);

    /// <summary>
    /// The authorization endpoint, to which an application sends its user's browser. Its requests do not include the pages of the sign-in.
    /// </summary>
    public FakeEndpoint AuthorizationEndpoint { get; }

    /// <summary>The token endpoint.</summary>
    public FakeEndpoint TokenEndpoint { get; }

    /// <summary>The revocation endpoint.</summary>
    public FakeEndpoint RevocationEndpoint { get; }

    /// <summary>
    /// The introspection endpoint <c>/connect/introspect</c> (RFC 7662). The <see cref="Authority"/> does not name it, because nobody has tried what Visma's
    /// servers answer about refresh tokens: an application that asks sets <see cref="VismaAuthorityOptions.IntrospectionEndpoint"/>.
    /// </summary>
    public FakeEndpoint IntrospectionEndpoint { get; }

    /// <summary>The userinfo endpoint.</summary>
    public FakeEndpoint UserInfoEndpoint { get; }

    /// <summary>The end session endpoint, to which an application sends its user's browser to sign out.</summary>
    public FakeEndpoint EndSessionEndpoint { get; }

    /// <summary>The discovery document, at both of its addresses.</summary>
    public FakeEndpoint DiscoveryEndpoint { get; }

    /// <summary>The key set (JWKS).</summary>
    public FakeEndpoint KeysEndpoint { get; }

    /// <summary>Whether callbacks carry <c>iss</c> (RFC 9207), as the discovery document promises. Default: true.</summary>
    public bool SendsIssuer
    {
        get => _authority.SendsIssuer;
        set => _authority.SendsIssuer = value;
    }

    /// <summary>
    /// Changes the header of each id token before it is signed. Default: null, no change. The header's <c>alg</c> decides how the token is
    /// signed: <c>none</c> leaves the signature empty, <c>HS256</c> signs with the client secret, <c>ES256</c> with a key that is not
    /// published, and every other value with the server's RSA key: <c>RS384</c> with SHA-384, and the rest with SHA-256.
    /// </summary>
    public Action<JsonObject>? ChangeIdTokenHeader
    {
        get => _authority.ChangeIdTokenHeader;
        set => _authority.ChangeIdTokenHeader = value;
    }

    /// <summary>Changes the claims of each id token before it is signed. Default: null, no change.</summary>
    public Action<JsonObject>? ChangeIdTokenClaims
    {
        get => _authority.ChangeIdTokenClaims;
        set => _authority.ChangeIdTokenClaims = value;
    }

    /// <summary>Whether the signatures of id tokens are wrong. Default: false.</summary>
    public bool BreakIdTokenSignature
    {
        get => _authority.BreakIdTokenSignature;
        set => _authority.BreakIdTokenSignature = value;
    }

    /// <summary>Whether the key set holds, before the key that signs, another key that does not sign any token. Default: false.</summary>
    public bool PublishesSecondKey
    {
        get => _authority.PublishesSecondKey;
        set => _authority.PublishesSecondKey = value;
    }

    /// <summary>Changes each userinfo response. Default: null, no change.</summary>
    public Action<JsonObject>? ChangeUserInfo
    {
        get => _authority.ChangeUserInfo;
        set => _authority.ChangeUserInfo = value;
    }

    /// <summary>Changes the discovery document. Default: null, no change.</summary>
    public Action<JsonObject>? ChangeDiscovery
    {
        get => _authority.ChangeDiscovery;
        set => _authority.ChangeDiscovery = value;
    }

    internal IEnumerable<FakeEndpoint> Endpoints => _routes.Values;

    /// <summary>Signs with another key from now on. The key set holds only the new key.</summary>
    /// <param name="keepsId">Whether the new key has the same <c>kid</c> as the old one. Default: false.</param>
    public void RotateSigningKey(bool keepsId = false) => _authority.RotateKey(keepsId);

    /// <summary>
    /// Makes a logout token, which the server posts to an application when a session of its user has ended (after 10 hours at Visma Connect).
    /// </summary>
    /// <param name="client">The application.</param>
    /// <param name="user">The user. Null: the token has no <c>sub</c>.</param>
    /// <param name="sessionId">The session, as in <c>sid</c> of the user's id token. Null: all sessions of the user.</param>
    /// <param name="changeHeader">
    /// Changes the header before it is signed. Its <c>alg</c> decides how the token is signed, as in <see cref="ChangeIdTokenHeader"/>.
    /// </param>
    /// <param name="changeClaims">Changes the claims before they are signed.</param>
    /// <returns>The logout token.</returns>
    public string CreateLogoutToken(
        FakeClient client,
        FakeUser? user,
        string? sessionId = null,
        Action<JsonObject>? changeHeader = null,
        Action<JsonObject>? changeClaims = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        return _logoutTokens.Create(client, user, sessionId, changeHeader, changeClaims);
    }

    /// <summary>Ends a session of a user, or all of them: posts a logout token to the back-channel address of an application.</summary>
    /// <param name="http">Sends the request.</param>
    /// <param name="address">The back-channel logout URI of the application.</param>
    /// <param name="logoutToken">The token: see <see cref="CreateLogoutToken"/>.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The response of the application.</returns>
    public static async Task<HttpResponseMessage> SendBackChannelLogoutAsync(
        HttpClient http,
        Uri address,
        string logoutToken,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(http);
        using FormUrlEncodedContent form = new([new("logout_token", logoutToken)]);
        return await http.PostAsync(address, form, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The name and the issuer of the server.</summary>
    public override string ToString() => $"{_authority.Real.Name} at {_authority.Issuer}";

    internal FakeEndpoint? Find(string path) => _routes.GetValueOrDefault(path);

    internal void RevokeGrants(Func<FakeGrant, bool> which) => _grants.Revoke(which);
}
