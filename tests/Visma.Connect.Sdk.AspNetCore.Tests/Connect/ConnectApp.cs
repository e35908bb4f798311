using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Connect;

/// <summary>
/// A web application whose users sign in with a cookie (<c>/login?user=anna</c>) and connect companies, with a FakeVisma. Further processes share its
/// token cache and its Data Protection keys.
/// </summary>
internal sealed class ConnectApp : IAsyncDisposable
{
    public const string Dinero = "dinero";
    public const string EAccounting = "eaccounting";
    public const string Connection = "customer-42";

    private readonly List<WebApplication> _nodes = [];
    private readonly List<TestBrowser> _browsers = [];
    private readonly MemoryTokenCache _cache = new();
    private readonly EphemeralDataProtectionProvider _keys = new();
    private readonly bool _vismaIsOtherSite;

    private ConnectApp(FakeVisma visma, ManualTime time, bool vismaIsOtherSite)
    {
        _vismaIsOtherSite = vismaIsOtherSite;
        Visma = visma;
        Time = time;
        First = visma.AddCompany("Acme AS");
        Second = visma.AddCompany("Bakeri AS");
        User = visma.AddUser("Kari Nordmann", First, Second);
        DineroClient = visma.AddClient("isv_acme", "openid", "tenants", "dineropublicapi:read", "offline_access");
        EAccountingClient = visma.AddClient("acme", "ea:api", "ea:sales", "offline_access");
    }

    public FakeVisma Visma { get; }

    public ManualTime Time { get; }

    public FakeCompany First { get; }

    public FakeCompany Second { get; }

    public FakeUser User { get; }

    public FakeClient DineroClient { get; }

    public FakeClient EAccountingClient { get; }

    public LogCapture Log { get; } = new();

    public IServiceProvider Services => _nodes[0].Services;

    public VismaConnections Connections => Services.GetRequiredService<VismaConnections>();

    public VismaReconnectLinks Links => Services.GetRequiredService<VismaReconnectLinks>();

    public Uri Address => AddressOf(0);

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts the application with one process.</summary>
    /// <param name="options">Changes the options of MapVismaConnect, in which every signed-in user may connect the connection of their name.</param>
    /// <param name="services">Registers further services.</param>
    /// <param name="conventions">Adds conventions to the endpoints.</param>
    /// <param name="pipeline">Adds to the application, before MapVismaConnect.</param>
    /// <param name="vismaIsOtherSite">Whether the settings have FakeVisma at localhost, which is another site than 127.0.0.1 to a browser.</param>
    public static async Task<ConnectApp> StartAsync(
        Action<VismaConnectEndpointOptions>? options = null,
        Action<IServiceCollection>? services = null,
        Action<IEndpointConventionBuilder>? conventions = null,
        Action<WebApplication>? pipeline = null,
        bool vismaIsOtherSite = false)
    {
        ManualTime time = new();
        ConnectApp app = new(await FakeVisma.StartAsync(time, Cancellation), time, vismaIsOtherSite);
        await app.StartNodeAsync(options, services, conventions, pipeline);
        app.AllowRedirectTo(app.Address);
        return app;
    }

    /// <summary>Registers the callback of the application, as it is reached at an address.</summary>
    public void AllowRedirectTo(Uri address)
    {
        DineroClient.AllowRedirectTo(new Uri(address, "visma/callback").AbsoluteUri);
        EAccountingClient.AllowRedirectTo(new Uri(address, "visma/callback").AbsoluteUri);
    }

    /// <summary>Starts a further process.</summary>
    public async Task StartNodeAsync(
        Action<VismaConnectEndpointOptions>? options = null,
        Action<IServiceCollection>? services = null,
        Action<IEndpointConventionBuilder>? conventions = null,
        Action<WebApplication>? pipeline = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(Log);
        // What docs/web-applications.md recommends: these lines contain the query of an address.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton<ITokenCache>(_cache);
        builder.Services.AddSingleton<IDataProtectionProvider>(_keys);
        builder.Services.AddAuthentication("cookie").AddCookie("cookie", cookie => cookie.LoginPath = "/sign-in");
        builder.Services.AddAuthorization();
        builder.Services.AddVismaConnect(Configure).AddConnectEndpoints();
        services?.Invoke(builder.Services);
        WebApplication node = builder.Build();
        pipeline?.Invoke(node);
        node.MapGet("/login", SignInAsync);
        node.MapGet("/logout", (HttpContext context) => context.SignOutAsync());
        IEndpointConventionBuilder endpoints = node.MapVismaConnect(connect =>
        {
            connect.AuthorizeConnection = attempt => ValueTask.FromResult(attempt.IsReconnectLink || attempt.User.HasClaim("customer", attempt.Connection));
            connect.ApplicationName = "Acme Portal";
            options?.Invoke(connect);
        });
        conventions?.Invoke(endpoints);
        await node.StartAsync(Cancellation);
        _nodes.Add(node);
    }

    public Uri AddressOf(int node) => new(_nodes[node].Urls.Single() + "/");

    /// <summary>A browser with the cookies of nobody, or of a user who is signed in and may connect one connection.</summary>
    public async Task<TestBrowser> OpenBrowserAsync(string? user = "anna", string connection = Connection)
    {
        TestBrowser browser = new(Address);
        _browsers.Add(browser);
        if (user is not null)
        {
            await browser.SignInAsync(user, connection);
        }

        return browser;
    }

    public Task<VismaConnection?> FindAsync(string client = Dinero, string connection = Connection) =>
        Connections.FindAsync(client, connection, Cancellation);

    /// <summary>Opens the start. Returns the address at Visma to which the browser is sent.</summary>
    public static async Task<Uri> BeginAsync(TestBrowser browser, string path = $"/visma/connect/{Dinero}/{Connection}")
    {
        using HttpResponseMessage response = await browser.GetAsync(path);
        Assert.Equal(StatusCodes.Status303SeeOther, (int)response.StatusCode);
        return response.Headers.Location!;
    }

    /// <summary>Connects, from the start to the page at the end.</summary>
    public async Task<HttpResponseMessage> ConnectAsync(TestBrowser browser, string path = $"/visma/connect/{Dinero}/{Connection}", FakeCompany? company = null)
    {
        FakeCallback callback = await Visma.SignInAsync(await BeginAsync(browser, path), User, company, Cancellation);
        return await browser.ReturnAsync(callback);
    }

    /// <summary>
    /// Opens an address in several processes at once. The first request exchanges the code, and the others wait for it; the clock moves when the exchange is
    /// over, so that no time limit ends it.
    /// </summary>
    public async Task<HttpResponseMessage[]> OpenAtOnceAsync(TestBrowser browser, Uri address, params IEnumerable<int> nodes)
    {
        using FakePause exchange = Visma.TokenEndpoint.PauseNext();
        Task<HttpResponseMessage> first = browser.GetAsync(new Uri(Address, address));
        await exchange.Reached.Soon();
        Task<HttpResponseMessage>[] others = [.. nodes.Select(node => browser.GetAsync(new Uri(AddressOf(node), address)))];
        await Eventually.TrueAsync(() => Time.PendingTimers.Any(timer => timer <= TimeSpan.FromSeconds(1)));
        exchange.Release();
        await first.Soon();
        return [await first, .. await Time.ResultAsync(Task.WhenAll(others))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (WebApplication node in _nodes)
        {
            await node.DisposeAsync();
        }

        await Visma.DisposeAsync();
        Secrets.AssertAbsent(Visma, Log.Lines);
        Secrets.AssertAbsent(Visma, _browsers.SelectMany(browser => browser.Answers));
    }

    private static Task SignInAsync(HttpContext context, string user, string? customer) => context.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, user), new Claim("customer", customer ?? "")],
        "tests")));

    private void Configure(VismaConnectOptions options)
    {
        options.Clients[Dinero] = DineroClient.ToOptions();
        options.Clients[EAccounting] = EAccountingClient.ToOptions();
        options.Clients[EAccounting].Authority = VismaAuthority.EAccounting.Name;
        options.AllowConnectionsInMemory = true;
        options.Clients[Dinero].RedirectUri = null;
        options.Clients[EAccounting].RedirectUri = null;
        Visma.Configure(options);
        if (_vismaIsOtherSite)
        {
            foreach (string authority in (string[])[VismaAuthority.VismaConnect.Name, VismaAuthority.EAccounting.Name])
            {
                Uri address = options.Authorities[authority].BaseAddress!;
                options.Authorities[authority].Issuer = address.GetLeftPart(UriPartial.Authority);
                options.Authorities[authority].BaseAddress = new UriBuilder(address) { Host = "localhost" }.Uri;
            }
        }
    }
}
