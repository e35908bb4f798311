namespace Visma.Connect.Sdk.Testing;

/// <summary>The APIs: where each is, and which endpoint answers there.</summary>
internal sealed class FakeApis
{
    private const string NetErpRoot = "/v1/";
    private const string EAccountingRoot = "/eaccounting/v2/";
    private const string DineroRoot = "/dinero/v1/";
    private const string BusinessNxtRoot = "/businessnxt/api/graphql";

    private readonly FakeVisma _visma;
    private readonly (string Root, FakeEndpoint Endpoint)[] _routes;

    public FakeApis(FakeVisma visma)
    {
        _visma = visma;
        NetErpEndpoint = new FakeEndpoint(new FakeNetErp(visma).Answer);
        EAccountingEndpoint = new FakeEndpoint(new FakeEAccounting(visma.State, EAccountingRoot).Answer);
        DineroEndpoint = new FakeEndpoint(new FakeDinero(visma.State, DineroRoot).Answer);
        BusinessNxtEndpoint = new FakeEndpoint(new FakeBusinessNxt(visma.State).Answer);
        _routes =
        [
            (NetErpRoot, NetErpEndpoint),
            (EAccountingRoot, EAccountingEndpoint),
            (DineroRoot, DineroEndpoint),
            (BusinessNxtRoot, BusinessNxtEndpoint),
        ];
    }

    public VismaApi NetErp => VismaApi.NetErp.WithBaseAddress(At(NetErpRoot));

    public VismaApi EAccounting => VismaApi.EAccounting.WithBaseAddress(At(EAccountingRoot));

    public VismaApi Dinero => VismaApi.Dinero.WithBaseAddress(At(DineroRoot));

    public VismaApi BusinessNxt => VismaApi.BusinessNxt.WithBaseAddress(At(BusinessNxtRoot));

    public VismaApi BusinessNxtService => VismaApi.BusinessNxtService.WithBaseAddress(At(BusinessNxtRoot + "-service"));

    public FakeEndpoint NetErpEndpoint { get; }

    public FakeEndpoint EAccountingEndpoint { get; }

    public FakeEndpoint DineroEndpoint { get; }

    public FakeEndpoint BusinessNxtEndpoint { get; }

    public IEnumerable<FakeEndpoint> Endpoints => _routes.Select(route => route.Endpoint);

    private IEnumerable<VismaApi> Faked => [NetErp, EAccounting, Dinero, BusinessNxt, BusinessNxtService];

    /// <summary>Points the built-in APIs here; those that are not faked to where nothing is.</summary>
    public void Configure(VismaConnectOptions options)
    {
        foreach (VismaApi api in Faked)
        {
            options.Apis[api.Name] = new VismaApiOptions { BaseAddress = api.BaseAddress };
        }

        foreach (VismaApi api in (VismaApi[])[VismaApi.SalesOrders, VismaApi.JournalTransactions, VismaApi.Payroll])
        {
            options.Apis[api.Name] = new VismaApiOptions { BaseAddress = At($"/not-faked/{api.Name}/") };
        }
    }

    public FakeEndpoint? Find(string path) => _routes.FirstOrDefault(route => path.StartsWith(route.Root, StringComparison.Ordinal)).Endpoint;

    /// <summary>The addresses of the APIs whose scopes are among these: the <c>aud</c> of https://docs.connect.visma.com/docs/access-token.</summary>
    public IEnumerable<string> AudiencesOf(IReadOnlyList<string> scopes) =>
        from api in Faked
        let prefixes = api.ServiceScopes.Concat(api.UserScopes).Where(scope => scope.Contains(':')).Select(scope => scope[..(scope.IndexOf(':') + 1)])
        where scopes.Any(scope => prefixes.Any(prefix => scope.StartsWith(prefix, StringComparison.Ordinal)))
        select api.BaseAddress.AbsoluteUri;

    private Uri At(string root) => new(_visma.Address, root);
}
