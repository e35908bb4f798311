namespace Visma.Connect.Sdk.Testing;

/// <summary>The APIs of a FakeVisma: their addresses and their endpoints.</summary>
internal sealed class FakeApis
{
    private const string NetErpRoot = "/v1/";
    private const string EAccountingRoot = "/eaccounting/v2/";
    private const string DineroRoot = "/dinero/v1/";
    private const string BusinessNxtRoot = "/businessnxt/api/graphql";

    private readonly Uri _address;
    private readonly (string Root, FakeEndpoint Endpoint)[] _routes;

    public FakeApis(FakeState state, Uri address)
    {
        _address = address;
        NetErp = VismaApi.NetErp.WithBaseAddress(At(NetErpRoot));
        EAccounting = VismaApi.EAccounting.WithBaseAddress(At(EAccountingRoot));
        Dinero = VismaApi.Dinero.WithBaseAddress(At(DineroRoot));
        BusinessNxt = VismaApi.BusinessNxt.WithBaseAddress(At(BusinessNxtRoot));
        BusinessNxtService = VismaApi.BusinessNxtService.WithBaseAddress(At(BusinessNxtRoot + "-service"));
        NetErpEndpoint = new FakeEndpoint(state.Time, new FakeNetErp(state, NetErp.BaseAddress).Answer);
        EAccountingEndpoint = new FakeEndpoint(state.Time, new FakeEAccounting(state, EAccountingRoot).Answer);
        DineroEndpoint = new FakeEndpoint(state.Time, new FakeDinero(state, DineroRoot).Answer);
        BusinessNxtEndpoint = new FakeEndpoint(state.Time, new FakeBusinessNxt(state).Answer);
        _routes =
        [
            (NetErpRoot, NetErpEndpoint),
            (EAccountingRoot, EAccountingEndpoint),
            (DineroRoot, DineroEndpoint),
            (BusinessNxtRoot, BusinessNxtEndpoint),
        ];
    }

    public VismaApi NetErp { get; }

    public VismaApi EAccounting { get; }

    public VismaApi Dinero { get; }

    public VismaApi BusinessNxt { get; }

    public VismaApi BusinessNxtService { get; }

    public IReadOnlyList<VismaApi> All => [NetErp, EAccounting, Dinero, BusinessNxt, BusinessNxtService];

    public FakeEndpoint NetErpEndpoint { get; }

    public FakeEndpoint EAccountingEndpoint { get; }

    public FakeEndpoint DineroEndpoint { get; }

    public FakeEndpoint BusinessNxtEndpoint { get; }

    public IEnumerable<FakeEndpoint> Endpoints => _routes.Select(route => route.Endpoint);

    /// <summary>Gives the built-in APIs their addresses at this server. APIs without a fake get addresses that answer 404.</summary>
    public void Configure(VismaConnectOptions options)
    {
        foreach (VismaApi api in All)
        {
            options.Apis[api.Name] = new VismaApiOptions { BaseAddress = api.BaseAddress };
        }

        foreach (VismaApi api in (VismaApi[])[VismaApi.SalesOrders, VismaApi.JournalTransactions, VismaApi.Payroll])
        {
            options.Apis[api.Name] = new VismaApiOptions { BaseAddress = At($"/not-faked/{api.Name}/") };
        }
    }

    public FakeEndpoint? Find(string path) => _routes.FirstOrDefault(route => path.StartsWith(route.Root, StringComparison.Ordinal)).Endpoint;

    private Uri At(string root) => new(_address, root);
}
