using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.Tests.FrontDoor.Mistakes;

/// <summary>
/// An application with one mistake: clients "erp" for companies and "nxt" for users, in a section of the configuration, and an HttpClient of the same
/// name for each.
/// </summary>
public sealed class MistakenApp : IAsyncDisposable
{
    public const string RedirectUri = "https://acme.example/visma/callback";

    private readonly Mistake _mistake;
    private readonly Dictionary<string, string?> _settings;

    private MistakenApp(Mistake mistake, FakeVisma visma)
    {
        _mistake = mistake;
        Visma = visma;
        Erp = visma.AddClient("isv_acme_service", TestApp.ReadScope);
        Nxt = visma.AddClient("isv_acme_web", UserApp.Api, "offline_access").AllowRedirectTo(RedirectUri);
        Nxt.RefreshTokens = FakeRefreshTokens.OneTime(TimeSpan.FromMinutes(1));
        Company = visma.AddCompany("Acme AS").Grant(Erp);
        User = visma.AddUser("Kari Nordmann", Company);
        _settings = new()
        {
            ["VismaConnect:Clients:erp:ClientId"] = Erp.ClientId,
            ["VismaConnect:Clients:erp:ClientSecret"] = Erp.Secret,
            ["VismaConnect:Clients:erp:Scopes:0"] = TestApp.ReadScope,
            ["VismaConnect:Clients:nxt:ClientId"] = Nxt.ClientId,
            ["VismaConnect:Clients:nxt:ClientSecret"] = Nxt.Secret,
            ["VismaConnect:Clients:nxt:RedirectUri"] = RedirectUri,
            ["VismaConnect:Clients:nxt:GracePeriod"] = "00:01:00",
            ["VismaConnect:Clients:nxt:Scopes:0"] = UserApp.Api,
            ["VismaConnect:Clients:nxt:Scopes:1"] = "offline_access",
        };
        foreach ((string name, string? value) in mistake.Settings)
        {
            _settings["VismaConnect:" + name] = value;
        }
    }

    public FakeVisma Visma { get; }

    public FakeClient Erp { get; }

    public FakeClient Nxt { get; }

    public FakeCompany Company { get; }

    public FakeUser User { get; }

    public LogCapture Log { get; } = new();

    public IConfigurationRoot Configuration { get; private set; } = null!;

    public IHost Host { get; private set; } = null!;

    public IServiceProvider Services => Host.Services;

    public ITokenSource Tokens => Services.GetRequiredService<ITokenSource>();

    public VismaConnections Connections => Services.GetRequiredService<VismaConnections>();

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public HttpClient Http(string name) => Services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    /// <summary>Calls the ERP for the company.</summary>
    public async Task CallAsync(string? tenant = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "customer");
        (await Http("erp").SendAsync(request.SetTenant(tenant ?? Company.TenantId), Cancellation)).Dispose();
    }

    /// <summary>A user signs in, and the browser comes back.</summary>
    public async Task<AuthorizationResponse> SignInAsync(AuthorizationRequest start)
    {
        FakeCallback callback = await Visma.SignInAsync(start.Url, User, company: null, Cancellation);
        return callback.IsFormPost ? AuthorizationResponse.FromForm(callback.FormBody!) : AuthorizationResponse.FromUri(callback.Uri);
    }

    /// <summary>Makes the mistake. Returns when it was reported, and the exception; null without an exception.</summary>
    public static async Task<(Reported When, Exception? Error, IReadOnlyCollection<string> Lines)> MakeAsync(Mistake mistake)
    {
        await using MistakenApp app = new(mistake, await FakeVisma.StartAsync(cancellationToken: Cancellation));
        Reported when = Reported.AtRegistration;
        try
        {
            app.Build();
            when = Reported.AtStart;
            await app.Host.StartAsync(Cancellation);
            when = Reported.AtUse;
            if (mistake.Use is { } use)
            {
                await use(app).Soon(mistake.Did);
            }

            return (Reported.InTheLog, null, app.Log.Lines);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return (when, error, app.Log.Lines);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }

        SecretWatch.Check(Visma, Log);
        await Visma.DisposeAsync();
    }

    private void Build()
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { EnvironmentName = _mistake.Environment });
        builder.Configuration.AddInMemoryCollection(_settings.Where(setting => setting.Value is not null));
        Configuration = builder.Configuration;
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log);
        if (_mistake.Connect is { } connect)
        {
            connect(builder.Services, builder.Configuration);
        }
        else
        {
            builder.Services.AddVismaConnect(builder.Configuration.GetSection("VismaConnect"));
            builder.Services.AddVismaConnect(Visma.Configure);
        }

        builder.Services.AddHttpClient("erp").AddVismaToken(VismaApi.NetErp, "erp");
        builder.Services.AddHttpClient("nxt").AddVismaToken(VismaApi.BusinessNxt, "nxt");
        _mistake.Services?.Invoke(builder.Services);
        Host = builder.Build();
    }
}
