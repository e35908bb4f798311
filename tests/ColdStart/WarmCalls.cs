using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.ColdStart;

/// <summary>Counts the bytes of warm calls: how many more the library allocates than a call with a constant header over the same handlers.</summary>
/// <remarks>Exact only without tiered compilation: optimised code comes at its own time, and can allocate less.</remarks>
internal sealed class WarmCalls : IDisposable
{
    private const string Plain = "plain";
    private const string Service = "service";
    private const string Tenants = "tenants";
    private const string Users = "users";
    private const string Tenant = "a1b2";
    private const string Connection = "customer-42";
    private const int Calls = 200;
    private const int Rounds = 5;

    private static readonly Uri Address = new("https://api.finance.visma.net/v1/customer");
    private static readonly AuthenticationHeaderValue Header = new("Bearer", "token");

    private readonly StubApi _api;
    private readonly ServiceProvider _provider;

    private WarmCalls(bool isLater)
    {
        _api = new StubApi(isLater);
        ServiceCollection services = new();
        services.AddVismaConnect(options =>
        {
            options.AllowConnectionsInMemory = true;
            options.Clients[Service] = Client(TenantUse.None);
            options.Clients[Tenants] = Client(TenantUse.Required);
            options.Clients[Users] = Client(TenantUse.Required);
        }).ConfigureTokenRequests(requests => requests.ConfigurePrimaryHttpMessageHandler(() => new StubNetwork()));
        Add(services, Plain);
        foreach (string client in (string[])[Service, Tenants, Users])
        {
            Add(services, client).AddVismaToken(VismaApi.NetErp, client).AssumePrimaryHandlerNeverRedirects().AddTypedClient<BoundClient>();
        }

        _provider = services.BuildServiceProvider();
    }

    public static async Task PrintAsync()
    {
        // Once a request of the process has named a token, each request is searched for a name. So these calls come last.
        string[] kinds = ["default key", "ForTenant", "SetTenant", "SetConnection"];
        foreach (string kind in kinds)
        {
            foreach (bool isLater in (bool[])[false, true])
            {
                using WarmCalls calls = new(isLater);
                long bytes = await calls.BytesOfAsync(kind);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}, {(isLater ? "later" : "at once")}: {bytes}"));
            }
        }
    }

    public void Dispose() => _provider.Dispose();

    private async Task<long> BytesOfAsync(string kind)
    {
        Action<HttpRequestMessage> name = kind switch
        {
            "SetTenant" => request => request.SetTenant(Tenant),
            "SetConnection" => request => request.SetConnection(Connection),
            _ => NameNothing,
        };
        HttpClient library = kind switch
        {
            "ForTenant" => _provider.GetRequiredService<VismaClientFactory<BoundClient>>().ForTenant(Tenant).Http,
            "SetTenant" => HttpClientOf(Tenants),
            "SetConnection" => HttpClientOf(Users),
            _ => HttpClientOf(Service),
        };
        if (kind == "SetConnection")
        {
            PortableConnection[] connections = [new(Users, Connection, "refresh")];
            await _provider.GetRequiredService<VismaConnections>().ImportAsync(connections.ToAsyncEnumerable());
        }

        await WarmUpAsync(library, name);
        HttpClient plain = HttpClientOf(Plain);
        return BytesOf(() => Call(library, name, header: null)) - BytesOf(() => Call(plain, name, Header));
    }

    private static void NameNothing(HttpRequestMessage request)
    {
    }

    // The first call waits for its token, so it cannot be answered on this thread.
    private async Task WarmUpAsync(HttpClient http, Action<HttpRequestMessage> name)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Address);
        name(request);
        Task<HttpResponseMessage> sending = http.SendAsync(request);
        while (!sending.IsCompleted)
        {
            _api.Answer();
            await Task.Delay(1);
        }

        (await sending).Dispose();
    }

    // Other programs add nothing; the lists and caches of .NET grow now and then.
    private static long BytesOf(Action call)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int number = 0; number < Calls; number++)
            {
                call();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least / Calls;
    }

    private void Call(HttpClient http, Action<HttpRequestMessage> name, AuthenticationHeaderValue? header)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Address);
        name(request);
        request.Headers.Authorization = header;
        Task<HttpResponseMessage> sending = http.SendAsync(request);
        _api.Answer();
        sending.GetAwaiter().GetResult().Dispose();
    }

    private HttpClient HttpClientOf(string name) => _provider.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    // Without the log lines of the factory, which allocate more than what is measured.
    private IHttpClientBuilder Add(ServiceCollection services, string name) =>
        services.AddHttpClient(name).ConfigurePrimaryHttpMessageHandler(() => _api).RemoveAllLoggers();

    private static VismaClientOptions Client(TenantUse tenant) => new()
    {
        ClientId = "isv_acme",
        ClientSecret = "s",
        RedirectUri = "https://app.example/callback",
        Scopes = { "vismanet_erp_service_api:read" },
        TenantUse = tenant,
    };

    internal sealed class BoundClient(HttpClient http)
    {
        public HttpClient Http => http;
    }
}
