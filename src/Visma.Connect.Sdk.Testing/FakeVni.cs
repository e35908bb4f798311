namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// The legacy Visma.net Integrations (VNI) of <see cref="FakeVisma"/>: its OAuth server, which is not an OpenID provider, and two resources
/// of its API.
/// </summary>
/// <remarks>
/// Its tokens never expire. A new token for the same client and user invalidates the one before without notice. A DELETE at the revocation
/// endpoint revokes the token that it carries. Thread-safe.
/// </remarks>
public sealed class FakeVni
{
    private readonly Uri _address;
    private readonly FakeGrants _grants;
    private readonly Dictionary<string, FakeEndpoint> _routes;

    internal FakeVni(FakeState state, FakeSignIns signIns, FakeGrants grants, Uri address)
    {
        _address = address;
        _grants = grants;
        FakeVniTokens tokens = new(state, grants);
        FakeVniApi api = new(state);
        AuthorizationEndpoint = new FakeEndpoint(state.Time, new FakeAuthorizationEndpoint(state, signIns, grants, FakeAuthorityRules.Vni, () => null).Answer);
        TokenEndpoint = new FakeEndpoint(state.Time, tokens.Answer);
        RevocationEndpoint = new FakeEndpoint(state.Time, tokens.Revoke);
        ContextEndpoint = new FakeEndpoint(state.Time, api.AnswerContext);
        CustomerEndpoint = new FakeEndpoint(state.Time, api.AnswerCustomers);
        _routes = new Dictionary<string, FakeEndpoint>(StringComparer.Ordinal)
        {
            ["/API/resources/oauth/authorize"] = AuthorizationEndpoint,
            ["/API/security/api/v2/token"] = TokenEndpoint,
            ["/API/security/api/v1/token"] = RevocationEndpoint,
            ["/API/resources/v1/context"] = ContextEndpoint,
            ["/API/controller/api/v1/customer"] = CustomerEndpoint,
        };
    }

    /// <summary>The server as data, for a protocol client that is created without a container.</summary>
    public VismaAuthority Authority => VismaAuthority.Vni.WithBaseAddress(_address);

    /// <summary>
    /// The authorization endpoint, to which an application sends its user's browser. Its requests do not include the pages of the sign-in.
    /// </summary>
    public FakeEndpoint AuthorizationEndpoint { get; }

    /// <summary>The token endpoint.</summary>
    public FakeEndpoint TokenEndpoint { get; }

    /// <summary>The revocation endpoint.</summary>
    public FakeEndpoint RevocationEndpoint { get; }

    /// <summary>The list of the user's companies, <c>API/resources/v1/context</c>.</summary>
    public FakeEndpoint ContextEndpoint { get; }

    /// <summary>The customers of the company that <c>ipp-company-id</c> names, <c>API/controller/api/v1/customer</c>.</summary>
    public FakeEndpoint CustomerEndpoint { get; }

    internal Uri NetErp => new(_address, "API/controller/api/v1/");

    internal IEnumerable<FakeEndpoint> Endpoints => _routes.Values;

    /// <summary>The name and the address of the server.</summary>
    public override string ToString() => $"VNI at {_address}";

    internal FakeEndpoint? Find(string path) => _routes.GetValueOrDefault(path);

    internal void RevokeGrants(Func<FakeGrant, bool> which) => _grants.Revoke(which);
}
