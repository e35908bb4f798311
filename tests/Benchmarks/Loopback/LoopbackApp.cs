using Microsoft.Extensions.DependencyInjection;
using Visma.Connect.Sdk.Testing;

namespace Visma.Connect.Sdk.Benchmarks.Loopback;

/// <summary>An application with one client and one HttpClient to the ERP, and a FakeVisma on the same clock.</summary>
internal sealed class LoopbackApp : IAsyncDisposable
{
    public static readonly TimeSpan TokenEndpointLatency = TimeSpan.FromMilliseconds(50);

    private const string Scope = "vismanet_erp_service_api:read";
    private const string Name = "erp";

    private readonly FakeClient _client;
    private readonly ServiceProvider _provider;

    private LoopbackApp(ShiftedTime time, FakeVisma visma, TimeSpan tokenLifetime)
    {
        Time = time;
        Visma = visma;
        visma.TokenEndpoint.Latency = TokenEndpointLatency;
        _client = visma.AddClient("isv_acme_service", Scope);
        _client.TokenLifetime = tokenLifetime;
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(time);
        services.AddVismaConnect(options =>
        {
            options.Clients[Name] = new VismaClientOptions { ClientId = _client.ClientId, ClientSecret = _client.Secret, Scopes = { Scope } };
            visma.Configure(options);
        });
        services.AddHttpClient(Name).AddVismaToken(VismaApi.NetErp, Name);
        _provider = services.BuildServiceProvider();
        Tokens = _provider.GetRequiredService<ITokenSource>();
        Erp = _provider.GetRequiredService<IHttpClientFactory>().CreateClient(Name);
    }

    public ShiftedTime Time { get; }

    public FakeVisma Visma { get; }

    public ITokenSource Tokens { get; }

    public HttpClient Erp { get; }

    public int TokenRequests => Visma.TokenEndpoint.Requests.Count;

    public static async Task<LoopbackApp> StartAsync(TimeSpan? tokenLifetime = null)
    {
        ShiftedTime time = new();
        return new LoopbackApp(time, await FakeVisma.StartAsync(time), tokenLifetime ?? TimeSpan.FromHours(1));
    }

    public FakeCompany AddCompany() => Visma.AddCompany("Acme AS").Grant(_client);

    public static TokenKey KeyOf(FakeCompany company) => TokenKey.ForTenant(Name, company.TenantId);

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await Visma.DisposeAsync();
    }
}
