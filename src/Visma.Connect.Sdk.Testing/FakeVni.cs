namespace Visma.Connect.Sdk.Testing;

/// <summary>The legacy Visma.net Integrations of <see cref="FakeVisma"/>: no OpenID provider, and a sliver of its API.</summary>
/// <remarks>
/// Its tokens never expire; a new one for the same client and the same user silently ends the one before, and a DELETE at the revocation
/// endpoint ends the one that it bears. Thread-safe.
/// </remarks>
public sealed class FakeVni
{
    private readonly Dictionary<string, FakeEndpoint> _routes;

    internal FakeVni(FakeState state, FakeLogin login)
    {
        FakeGrants grants = new(state, FakeAuthorityRules.Vni);
        FakeVniTokens tokens = new(state, grants);
        FakeVniApi api = new(state);
        AuthorizationEndpoint = new FakeEndpoint(new FakeAuthorizationEndpoint(state, login, grants, FakeAuthorityRules.Vni, () => null).Answer);
        TokenEndpoint = new FakeEndpoint(tokens.Answer);
        RevocationEndpoint = new FakeEndpoint(tokens.Revoke);
        ContextEndpoint = new FakeEndpoint(api.AnswerContext);
        CustomerEndpoint = new FakeEndpoint(api.AnswerCustomers);
        _routes = new Dictionary<string, FakeEndpoint>(StringComparer.Ordinal)
        {
            ["/API/resources/oauth/authorize"] = AuthorizationEndpoint,
            ["/API/security/api/v2/token"] = TokenEndpoint,
            ["/API/security/api/v1/token"] = RevocationEndpoint,
            ["/API/resources/v1/context"] = ContextEndpoint,
            ["/API/controller/api/v1/customer"] = CustomerEndpoint,
        };
    }

    /// <summary>The server as data, for a client without a container.</summary>
    public VismaAuthority Authority => VismaAuthority.Vni.WithBaseAddress(Address);

    /// <summary>Where users' browsers are sent: what it was asked, and what to answer next. The pages that follow are not counted.</summary>
    public FakeEndpoint AuthorizationEndpoint { get; }

    /// <summary>The token endpoint.</summary>
    public FakeEndpoint TokenEndpoint { get; }

    /// <summary>The revocation endpoint.</summary>
    public FakeEndpoint RevocationEndpoint { get; }

    /// <summary>The list of the user's companies, <c>API/resources/v1/context</c>.</summary>
    public FakeEndpoint ContextEndpoint { get; }

    /// <summary>The customers of the company that <c>ipp-company-id</c> names, <c>API/controller/api/v1/customer</c>.</summary>
    public FakeEndpoint CustomerEndpoint { get; }

    internal Uri Address { get; set; } = null!;

    internal Uri NetErp => new(Address, "API/controller/api/v1/");

    internal IEnumerable<FakeEndpoint> Endpoints => _routes.Values;

    /// <summary>The address.</summary>
    public override string ToString() => $"VNI at {Address}";

    internal FakeEndpoint? Find(string path) => _routes.GetValueOrDefault(path);
}
