using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Benchmarks.Micro;

/// <summary>
/// An application with the library and stubs of the network: a client "tenants" for companies, a client "service" without a tenant, and
/// HttpClients from IHttpClientFactory without the log lines of the factory, which would cost more than the measured code.
/// </summary>
internal sealed class BenchmarkApp : IDisposable
{
    public const string Scope = "vismanet_erp_service_api:read";
    public const string ForTenants = "tenants";
    public const string WithoutTenant = "service";
    public const string TokenRequestsByHand = "token requests by hand";

    private const string LibraryTokenRequests = "Visma.Connect.Sdk.TokenRequests";

    private readonly ServiceProvider _provider;

    /// <param name="api">The transport of all HttpClients except the one for token requests.</param>
    /// <param name="tokenLength">The length of the tokens in characters.</param>
    /// <param name="time">The clock. Null, the default: the system's clock.</param>
    /// <param name="others">Handlers to compare with, each on an HttpClient with the name of its type.</param>
    public BenchmarkApp(HttpMessageHandler api, int tokenLength, TimeProvider? time = null, params IEnumerable<DelegatingHandler> others)
    {
        ServiceCollection services = new();
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddVismaConnect(options =>
        {
            options.Clients[ForTenants] = Client(TenantUse.Required);
            options.Clients[WithoutTenant] = Client(TenantUse.None);
        });
        foreach (string name in (string[])[WithoutTenant, ForTenants])
        {
            Add(services, name, api).AddVismaToken(VismaApi.NetErp, name).AssumePrimaryHandlerNeverRedirects().AddTypedClient<BoundClient>();
        }

        foreach (DelegatingHandler other in others)
        {
            Add(services, other.GetType().Name, api).AddHttpMessageHandler(() => other);
        }

        Add(services, LibraryTokenRequests, new StubTokenEndpoint(tokenLength));
        Add(services, TokenRequestsByHand, new StubTokenEndpoint(tokenLength));
        _provider = services.BuildServiceProvider();
    }

    public ITokenSource Tokens => _provider.GetRequiredService<ITokenSource>();

    public VismaConnectClient ConnectClient => _provider.GetRequiredKeyedService<VismaConnectClient>(WithoutTenant);

    public HttpClient HttpClient(string name) => _provider.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    /// <summary>An HttpClient that is bound to one tenant.</summary>
    public HttpClient Bound(string tenant) => _provider.GetRequiredService<VismaClientFactory<BoundClient>>().ForTenant(tenant).Http;

    public void Dispose() => _provider.Dispose();

    private static VismaClientOptions Client(TenantUse tenant) =>
        new() { ClientId = "isv_acme", ClientSecret = "s", Scopes = { Scope }, TenantUse = tenant };

    private static IHttpClientBuilder Add(ServiceCollection services, string name, HttpMessageHandler primary) =>
        services.AddHttpClient(name).ConfigurePrimaryHttpMessageHandler(() => primary).RemoveAllLoggers();

    internal sealed class BoundClient(HttpClient http)
    {
        public HttpClient Http => http;
    }
}
