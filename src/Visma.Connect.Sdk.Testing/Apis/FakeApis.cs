namespace Visma.Connect.Sdk.Testing;

/// <summary>The APIs of a FakeVisma: their addresses and their endpoints.</summary>
internal sealed class FakeApis
{
    // Visma does not publish the number.
    private const int HourlyNetErpCalls = 5000;

    private const string NetErpRoot = "/v1/";
    private const string EAccountingRoot = "/eaccounting/v2/";
    private const string DineroRoot = "/dinero/v1/";
    private const string BusinessNxtRoot = "/businessnxt/api/graphql";

    private readonly Uri _address;
    private readonly (string Root, FakeEndpoint Endpoint)[] _routes;
    private readonly Dictionary<string, FakeCallLimit> _limits;

    public FakeApis(FakeState state, Uri address)
    {
        _address = address;
        NetErp = VismaApi.NetErp.WithBaseAddress(At(NetErpRoot));
        EAccounting = VismaApi.EAccounting.WithBaseAddress(At(EAccountingRoot));
        Dinero = VismaApi.Dinero.WithBaseAddress(At(DineroRoot));
        BusinessNxt = VismaApi.BusinessNxt.WithBaseAddress(At(BusinessNxtRoot));
        BusinessNxtService = VismaApi.BusinessNxtService.WithBaseAddress(At(BusinessNxtRoot + "-service"));
        FakeCallLimit netErp = Limit(NetErp, new FakeNetErp(state, NetErp.BaseAddress).Answer, (token, _) => token.TenantId);
        FakeCallLimit eAccounting = Limit(EAccounting, new FakeEAccounting(state, EAccountingRoot).Answer, (_, request) => $"{request.Method} {request.Path}");
        FakeCallLimit dinero = Limit(Dinero, new FakeDinero(state, DineroRoot).Answer, (_, request) => request.Path[DineroRoot.Length..].Split('/')[0]);
        FakeCallLimit businessNxt = Limit(BusinessNxt, new FakeBusinessNxt(state).Answer, (token, _) => token.Value);
        NetErpEndpoint = new FakeEndpoint(state.Time, netErp.Of(HourlyNetErpCalls, TimeSpan.FromHours(1)).Answer);
        EAccountingEndpoint = new FakeEndpoint(state.Time, eAccounting.Answer);
        DineroEndpoint = new FakeEndpoint(state.Time, dinero.Answer);
        BusinessNxtEndpoint = new FakeEndpoint(state.Time, businessNxt.Answer);
        _limits = new Dictionary<string, FakeCallLimit>
        {
            [NetErp.Name] = netErp,
            [EAccounting.Name] = eAccounting,
            [Dinero.Name] = dinero,
            [BusinessNxt.Name] = businessNxt,
            [BusinessNxtService.Name] = businessNxt,
        };
        _routes =
        [
            (NetErpRoot, NetErpEndpoint),
            (EAccountingRoot, EAccountingEndpoint),
            (DineroRoot, DineroEndpoint),
            (BusinessNxtRoot, BusinessNxtEndpoint),
        ];

        FakeCallLimit Limit(VismaApi api, Func<FakeRequest, FakeReply> answer, Func<FakeAccessToken, FakeRequest, string?> budget) => new(
            state.Time,
            api.RateLimits,
            request => state.FindToken(request, Authority(api)) is { } token ? $"{token.Client.ClientId} {budget(token, request)}" : null,
            answer);
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

        foreach (VismaApi api in VismaApi.All.Where(api => !All.Any(faked => faked.Name == api.Name)))
        {
            options.Apis[api.Name] = new VismaApiOptions { BaseAddress = At($"/not-faked/{api.Name}/") };
        }
    }

    /// <summary>Limits the calls to an API from now on.</summary>
    /// <exception cref="ArgumentException">The API has no fake.</exception>
    public void LimitCalls(VismaApi api, int calls, TimeSpan window) => _ = _limits.TryGetValue(api.Name, out FakeCallLimit? limit)
        ? limit.Of(calls, window)
        : throw new ArgumentException($"{api.Name} has no fake. Use one of {string.Join(", ", _limits.Keys)}.", nameof(api));

    public FakeEndpoint? Find(string path) => _routes.FirstOrDefault(route => path.StartsWith(route.Root, StringComparison.Ordinal)).Endpoint;

    private static VismaAuthority Authority(VismaApi api) =>
        api.Authority == VismaAuthority.EAccounting.Name ? VismaAuthority.EAccounting : VismaAuthority.VismaConnect;

    private Uri At(string root) => new(_address, root);
}
