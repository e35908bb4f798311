using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Visma.Connect.Sdk.AspNetCore.Tests.Infrastructure;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Health;

/// <summary>An application with a health check and a client, with a separate FakeVisma.</summary>
internal sealed class HealthApp : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly FakeUser _user;

    private HealthApp(FakeVisma visma, ManualTime time, Action<VismaHealthCheckOptions>? options)
    {
        Visma = visma;
        Time = time;
        _user = visma.AddUser("Kari Nordmann", visma.AddCompany("Acme AS"));
        FakeClient client = visma.AddClient("isv_acme_web", "business-graphql-api:access-group-based", "offline_access").AllowRedirectTo("https://acme.example/callback");
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(time);
        services.AddSingleton<ITokenCache>(Cache);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        services.AddVismaConnect(settings =>
        {
            settings.Clients["nxt"] = client.ToOptions();
            settings.TokenRequests.Retries = 0;
            visma.Configure(settings);
        }).AddHealthCheck(configure: options);
        _services = services.BuildServiceProvider(validateScopes: true);
    }

    public FakeVisma Visma { get; }

    public ManualTime Time { get; }

    public SwitchedCache Cache { get; } = new();

    public LogCapture Log { get; } = new();

    private VismaConnections Connections => _services.GetRequiredService<VismaConnections>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<HealthApp> StartAsync(Action<VismaHealthCheckOptions>? options = null)
    {
        ManualTime time = new();
        return new HealthApp(await FakeVisma.StartAsync(time, Cancellation), time, options);
    }

    public async Task<HealthReportEntry> CheckAsync()
    {
        HealthReport report = await _services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancellation);
        return report.Entries["visma-connect"];
    }

    public async Task ConnectAsync(string name)
    {
        AuthorizationRequest start = Connections.Begin("nxt", name);
        FakeCallback callback = await Visma.SignInAsync(start.Url, _user, cancellationToken: Cancellation);
        AuthorizationResponse response = callback.FormBody is { } form ? AuthorizationResponse.FromForm(form) : AuthorizationResponse.FromUri(callback.Uri);
        await Connections.CompleteAsync(start, response, Cancellation);
    }

    /// <summary>Stores a connection that works.</summary>
    public Task StoreAsync(string name) => StoreAsync(name, ConnectionState.Active);

    /// <summary>Stores a connection whose user has to connect again.</summary>
    public Task EndAsync(string name) => StoreAsync(name, ConnectionState.ReauthorizationRequired);

    /// <summary>Requests service tokens of so many tenants, in vain.</summary>
    public async Task FailServiceTokensAsync(int tenants)
    {
        ITokenSource tokens = _services.GetRequiredService<ITokenSource>();
        for (int number = 0; number < tenants; number++)
        {
            TokenKey key = TokenKey.ForTenant("nxt", Visma.AddCompany($"Company {number}").TenantId);
            await Assert.ThrowsAsync<VismaConnectException>(() => tokens.GetTokenAsync(key, Cancellation).AsTask());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        foreach (string secret in Visma.Secrets)
        {
            Assert.DoesNotContain(Log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        }

        await Visma.DisposeAsync();
    }

    private async Task StoreAsync(string name, ConnectionState state)
    {
        TokenEntry entry = new()
        {
            Tokens = new TokenSet { AccessToken = new AccessToken("t0ken", Time.GetUtcNow(), Time.GetUtcNow()), RefreshToken = "r3fresh" },
            TokenEndpoint = Visma.VismaConnect.TokenEndpoint,
            ClientId = "isv_acme_web",
            GrantId = "grant",
            State = state,
            StateSince = Time.GetUtcNow(),
            ConnectedAt = Time.GetUtcNow(),
        };
        Assert.True(await Cache.SaveAsync(TokenKey.ForConnection("nxt", name), entry, ifVersion: null, Cancellation));
    }
}
