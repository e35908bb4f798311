using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.Tests.SignIn;

/// <summary>
/// A program on a desktop, through its front door: a client "desktop" of type Native, a separate FakeVisma, a user, and a browser that the
/// test controls.
/// </summary>
public sealed class DesktopApp : IAsyncDisposable
{
    public const string AnyPort = "http://127.0.0.1/signed-in";

    private readonly ServiceProvider _provider;

    private DesktopApp(FakeVisma visma, ManualTime time, FakeClient client, LogCapture log, ServiceProvider provider)
    {
        Visma = visma;
        Time = time;
        Client = client;
        Log = log;
        _provider = provider;
        User = visma.AddUser("Kari Nordmann", visma.AddCompany("Acme AS"));
    }

    public FakeVisma Visma { get; }

    public ManualTime Time { get; }

    public FakeClient Client { get; }

    public FakeUser User { get; }

    public LogCapture Log { get; }

    /// <summary>The HttpClient of the user's browser.</summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    public BrowserSignIn SignIn => _provider.GetRequiredService<BrowserSignIn>();

    public VismaConnections Connections => _provider.GetRequiredService<VismaConnections>();

    public ITokenSource Tokens => _provider.GetRequiredService<ITokenSource>();

    public static CancellationToken Cancellation => TestApp.Cancellation;

    public static async Task<DesktopApp> StartAsync(string? redirectUri = AnyPort)
    {
        ManualTime time = new();
        FakeVisma visma = await FakeVisma.StartAsync(time, Cancellation);
        FakeClient registered = visma.AddClient("isv_acme_desktop", "offline_access", "vismanet_erp_interactive_api:read");
        registered.IsPublic = true;
        LogCapture log = new();
        ServiceCollection collection = new();
        collection.AddSingleton<TimeProvider>(time);
        collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        collection.AddVismaConnect(options =>
        {
            VismaClientOptions client = registered.ToOptions();
            client.IsPublicClient = true;
            client.RedirectUri = redirectUri;
            options.Clients["desktop"] = client;
            options.AllowConnectionsInMemory = true;
            visma.Configure(options);
        });
        if (redirectUri is not null)
        {
            registered.AllowRedirectTo(redirectUri);
        }

        return new DesktopApp(visma, time, registered, log, collection.BuildServiceProvider(validateScopes: true));
    }

    /// <summary>Whether this machine has the address <c>::1</c>. Some containers do not.</summary>
    public static bool HasIPv6()
    {
        try
        {
            using TcpListener listener = new(IPAddress.IPv6Loopback, 0);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>A port that is free now.</summary>
    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Begins a sign-in, at a port that the system chooses unless the options differ.</summary>
    public SignInAttempt Begin(Action<BrowserSignInOptions>? change = null, CancellationToken? cancellationToken = null) =>
        new(this, change, cancellationToken ?? Cancellation);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _provider.DisposeAsync().Soon("the end of the container");
        await Visma.DisposeAsync().Soon("the end of FakeVisma");
    }
}
