using Microsoft.Extensions.DependencyInjection;
using Visma.Connect.Sdk.Benchmarks.Network;

namespace Visma.Connect.Sdk.Benchmarks.Peers;

/// <summary>An application with the library: a client without a tenant, a client for companies, and a client with one user's connection.</summary>
internal sealed class LibraryApp
{
    public const string Scope = "vismanet_erp_service_api:read";
    public const string ClientId = "isv_acme";
    public const string Secret = "s";
    public const string ForTenants = "tenants";
    public const string ForUsers = "users";
    public const string WithoutTenant = "service";

    private const string Connection = "acme";
    private const string TokenRequests = "Visma.Connect.Sdk.TokenRequests";

    private readonly ServiceProvider _provider;

    /// <param name="api">The transport of API calls.</param>
    /// <param name="endpoint">The transport of token requests.</param>
    /// <param name="cache">The token cache. Null, the default: memory.</param>
    public LibraryApp(HttpMessageHandler api, StubTokenEndpoint endpoint, ITokenCache? cache = null)
    {
        ServiceCollection services = new();
        services.AddSingleton(endpoint.Time);
        services.AddVismaConnect(options =>
        {
            options.Clients[WithoutTenant] = Client(TenantUse.None);
            options.Clients[ForTenants] = Client(TenantUse.Required);
            options.Clients[ForUsers] = Client(TenantUse.Required);
        });
        AddErp(services, WithoutTenant, api);
        AddErp(services, ForTenants, api).AddTypedClient<TenantClient>();
        AddErp(services, ForUsers, api).AddTypedClient<UserClient>();
        Add(services, TokenRequests, endpoint);
        if (cache is not null)
        {
            services.AddSingleton(cache);
        }

        _provider = services.BuildServiceProvider();
    }

    public ITokenSource Tokens => _provider.GetRequiredService<ITokenSource>();

    public VismaConnectClient ConnectClient => _provider.GetRequiredKeyedService<VismaConnectClient>(WithoutTenant);

    /// <summary>The application with a connection in its cache.</summary>
    public static async Task<LibraryApp> WithConnectionAsync(HttpMessageHandler api)
    {
        MemoryTokenCache cache = new();
        await cache.SaveAsync(TokenKey.ForConnection(ForUsers, Connection), NewEntry(), ifVersion: null);
        return new LibraryApp(api, new StubTokenEndpoint(), cache);
    }

    /// <summary>What the cache holds for a connection.</summary>
    public static TokenEntry NewEntry() => new()
    {
        Tokens = new TokenSet
        {
            AccessToken = new AccessToken(
                new string('t', StubTokenEndpoint.UsualLength), DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1), [Scope, "offline_access"]),
            RefreshToken = new string('r', 64),
        },
        TokenEndpoint = VismaAuthority.VismaConnect.TokenEndpoint,
        ClientId = ClientId,
        GrantId = "grant",
        ConnectedAt = DateTimeOffset.UtcNow,
    };

    public ICaller ByDefault() => new HttpCaller(HttpClient(WithoutTenant));

    public ICaller Naming(Action<HttpRequestMessage> name) => new HttpCaller(HttpClient(ForTenants), name);

    public ICaller BoundToTenant(string tenant) => new HttpCaller(Factory<TenantClient>().ForTenant(tenant).Http);

    public ICaller BoundToConnection() => new HttpCaller(Factory<UserClient>().ForConnection(Connection).Http);

    private static VismaClientOptions Client(TenantUse tenant) =>
        new() { ClientId = ClientId, ClientSecret = Secret, Scopes = { Scope }, TenantUse = tenant };

    private static IHttpClientBuilder AddErp(ServiceCollection services, string client, HttpMessageHandler api) =>
        Add(services, client, api).AddVismaToken(VismaApi.NetErp, client).AssumePrimaryHandlerNeverRedirects();

    private static IHttpClientBuilder Add(ServiceCollection services, string name, HttpMessageHandler primary) =>
        services.AddHttpClient(name).ConfigurePrimaryHttpMessageHandler(() => primary).RemoveAllLoggers();

    private HttpClient HttpClient(string name) => _provider.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    private VismaClientFactory<T> Factory<T>()
        where T : class => _provider.GetRequiredService<VismaClientFactory<T>>();

    internal sealed class TenantClient(HttpClient http)
    {
        public HttpClient Http => http;
    }

    internal sealed class UserClient(HttpClient http)
    {
        public HttpClient Http => http;
    }
}
