using System.Net;

namespace Visma.Connect.Sdk.GeneratedClients;

/// <summary>An application that calls Visma.net ERP for two companies, with a client library of the test's choice.</summary>
public sealed class Erp : IAsyncDisposable
{
    private readonly FakeVisma _visma;
    private readonly ServiceProvider _services;
    private readonly ManualTime _time;

    private Erp(FakeVisma visma, ServiceProvider services, ManualTime time, FakeCompany acme, FakeCompany bond)
    {
        _visma = visma;
        _services = services;
        _time = time;
        Acme = acme.TenantId;
        Bond = bond.TenantId;
    }

    public string Acme { get; }

    public string Bond { get; }

    public IServiceProvider Services => _services;

    public FakeVisma Visma => _visma;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts the application.</summary>
    /// <param name="register">What the application registers after <c>AddVismaConnect</c>.</param>
    /// <param name="registerBefore">What it registers before.</param>
    public static async Task<Erp> StartAsync(Action<IServiceCollection> register, Action<IServiceCollection>? registerBefore = null)
    {
        ManualTime time = new();
        FakeVisma visma = await FakeVisma.StartAsync(time, Cancellation);
        FakeClient client = visma.AddClient("isv_acme_service", "vismanet_erp_service_api:read", "vismanet_erp_service_api:create");
        FakeClient reader = visma.AddClient("isv_acme_reader", "vismanet_erp_service_api:read");
        FakeClient nxt = visma.AddClient("isv_acme_nxt", "business-graphql-service-api:access-group-based");
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(time);
        registerBefore?.Invoke(services);
        services.AddVismaConnect(options =>
        {
            options.Clients["erp"] = new VismaClientOptions
            {
                ClientId = client.ClientId,
                ClientSecret = client.Secret,
                Scopes = { "vismanet_erp_service_api:read", "vismanet_erp_service_api:create" },
            };
            options.Clients["reader"] = new VismaClientOptions
            {
                ClientId = reader.ClientId,
                ClientSecret = reader.Secret,
                Scopes = { "vismanet_erp_service_api:read" },
            };
            options.Clients["nxt"] = new VismaClientOptions { ClientId = nxt.ClientId, ClientSecret = nxt.Secret, TenantUse = TenantUse.None };
            visma.Configure(options);
        });
        register(services);
        return new Erp(
            visma,
            services.BuildServiceProvider(validateScopes: true),
            time,
            visma.AddCompany("Acme AS").Grant(client).Grant(reader),
            visma.AddCompany("Bond AS").Grant(client).Grant(reader));
    }

    public T Bound<T>(string tenant)
        where T : class => _services.GetRequiredService<VismaClientFactory<T>>().ForTenant(tenant);

    /// <summary>The next call gets 401, although its token has not expired.</summary>
    public void RejectNextToken(FakeEndpoint? api = null)
    {
        // A younger token is not taken for the cause.
        _time.Advance(TimeSpan.FromMinutes(2));
        (api ?? _visma.NetErpEndpoint).AnswerNext(FakeReply.Status(HttpStatusCode.Unauthorized));
    }

    /// <summary>The bodies that arrived at the API by POST.</summary>
    public string[] Posted() => [.. _visma.NetErpEndpoint.Requests.Where(request => request.Method == "POST").Select(request => request.Body)];

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _visma.DisposeAsync();
    }
}
