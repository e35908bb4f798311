using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>
/// An application whose users connect, through its front door: a client "nxt", a separate FakeVisma, a cache that all its processes share,
/// and clocks that are set by hand.
/// </summary>
public sealed class UserApp : IAsyncDisposable
{
    public const string Api = "business-graphql-api:access-group-based";
    public const string RedirectUri = "https://acme.example/visma/callback";

    /// <summary>What the log says before the wait after which a refresh token is sent once more. A request has a limit of the same length.</summary>
    public const string SentOnceMore = "it is sent once more";

    private readonly List<AppProcess> _processes = [];
    private readonly List<FakePause> _held = [];
    private readonly Action<VismaClientOptions>? _client;
    private readonly Action<IServiceCollection>? _services;
    private readonly VismaAuthority _authority;
    private readonly bool _asks;

    private UserApp(
        FakeVisma visma, ManualTime time, FakeClient client, VismaAuthority authority, Action<VismaClientOptions>? options, Action<IServiceCollection>? services, bool asks)
    {
        Visma = visma;
        Time = time;
        Client = client;
        Company = visma.AddCompany("Acme AS");
        User = visma.AddUser("Kari Nordmann", Company);
        _authority = authority;
        _client = options;
        _services = services;
        _asks = asks;
    }

    public static TokenKey Key { get; } = TokenKey.ForConnection("nxt", "customer-42");

    public FakeVisma Visma { get; }

    /// <summary>The clock of the server, and of each process that was started without a clock.</summary>
    public ManualTime Time { get; }

    public FakeClient Client { get; }

    public FakeCompany Company { get; }

    public FakeUser User { get; }

    public TroubledCache Cache { get; } = new();

    public LogCapture Log { get; } = new();

    public FakeIdentityServer Server => _authority.Name == VismaAuthority.EAccounting.Name ? Visma.EAccountingIdentity : Visma.Connect;

    public FakeEndpoint TokenEndpoint => Server.TokenEndpoint;

    /// <summary>How often a refresh token was presented.</summary>
    public int Renewals => TokenEndpoint.Requests.Count(request => request.Form.GetValueOrDefault("grant_type") == "refresh_token");

    /// <summary>Starts FakeVisma with a client "nxt".</summary>
    /// <param name="refreshTokens">The kind of refresh tokens. Default: one-time without a grace period.</param>
    /// <param name="client">Changes the settings of the client.</param>
    /// <param name="services">Registers further services in each process.</param>
    /// <param name="authority">The identity server. Default: Visma Connect.</param>
    /// <param name="scopes">The scopes of the client.</param>
    /// <param name="asks">Whether the server is asked before a refresh token is sent again.</param>
    public static async Task<UserApp> StartAsync(
        FakeRefreshTokens? refreshTokens = null,
        Action<VismaClientOptions>? client = null,
        Action<IServiceCollection>? services = null,
        VismaAuthority? authority = null,
        IEnumerable<string>? scopes = null,
        bool asks = false)
    {
        ManualTime time = new();
        FakeVisma visma = await FakeVisma.StartAsync(time, TestApp.Cancellation);
        FakeClient registered = visma.AddClient("isv_acme_web", [.. scopes ?? [Api, "offline_access"]]).AllowRedirectTo(RedirectUri);
        FakeRefreshTokens mode = refreshTokens ?? FakeRefreshTokens.OneTime();
        registered.RefreshTokens = mode;
        void Configure(VismaClientOptions options)
        {
            options.GracePeriod = mode.Grace > TimeSpan.Zero ? mode.Grace : null;
            client?.Invoke(options);
        }

        return new UserApp(visma, time, registered, authority ?? VismaAuthority.VismaConnect, Configure, services, asks);
    }

    /// <summary>Starts a process of the application, with separate memory, and with the given clock or the clock of the server.</summary>
    public AppProcess StartProcess(ManualTime? clock = null, TroubledCache? cache = null)
    {
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(clock ?? Time);
        services.AddSingleton<ITokenCache>(cache ?? Cache);
        services.AddSingleton(new TokenCacheLimit((cache ?? Cache).ReadLimit));
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        _services?.Invoke(services);
        services.AddVismaConnect(options =>
        {
            VismaClientOptions own = Client.ToOptions();
            own.Authority = _authority.Name;
            own.RedirectUri = RedirectUri;
            _client?.Invoke(own);
            options.Clients["nxt"] = own;
            Visma.Configure(options);
            options.Authorities[_authority.Name].IntrospectionEndpoint = _asks ? new Uri(Server.Authority.TokenEndpoint, "introspect") : null;
        });
        services.AddHttpClient("nxt").AddVismaToken(_authority.Name == VismaAuthority.EAccounting.Name ? VismaApi.EAccounting : VismaApi.BusinessNxt, "nxt");
        AppProcess process = new($"process {_processes.Count + 1}", services.BuildServiceProvider(validateScopes: true), clock ?? Time, Log);
        _processes.Add(process);
        return process;
    }

    /// <summary>The user connects, or connects again.</summary>
    public async Task<VismaConnection> ConnectAsync(AppProcess process, AuthorizationRequestOptions? options = null, FakeCompany? company = null)
    {
        AuthorizationRequest start = process.Connections.Begin("nxt", Key.Connection!, options);
        AuthorizationResponse callback = await AnswerAsync(start, company);
        return await process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
    }

    /// <summary>A user connects under a name.</summary>
    public async Task<VismaConnection> ConnectAsync(AppProcess process, string connection, FakeUser user)
    {
        AuthorizationRequest start = process.Connections.Begin("nxt", connection);
        AuthorizationResponse callback = await AnswerAsync(start, user: user);
        return await process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
    }

    /// <summary>A user signs in at Visma's pages. Returns the response that the application receives.</summary>
    public async Task<AuthorizationResponse> AnswerAsync(AuthorizationRequest start, FakeCompany? company = null, FakeUser? user = null)
    {
        FakeCallback callback = await Visma.SignInAsync(start.Url, user ?? User, company, TestApp.Cancellation);
        return callback.IsFormPost ? AuthorizationResponse.FromForm(callback.FormBody!) : AuthorizationResponse.FromUri(callback.Uri);
    }

    /// <summary>A process with a connection whose access token has just expired.</summary>
    public async Task<AppProcess> StartWithExpiredTokenAsync()
    {
        AppProcess process = StartProcess();
        await ConnectAsync(process);
        Expire();
        return process;
    }

    /// <summary>A process that renews its expired token: the server has exchanged the refresh token, and holds its reply.</summary>
    public async Task<(AppProcess Process, FakePause Reply, Task<AccessToken> Call)> StartWithOpenRenewalAsync()
    {
        AppProcess process = await StartWithExpiredTokenAsync();
        FakePause reply = TokenEndpoint.PauseNextReply();
        _held.Add(reply);
        Task<AccessToken> call = process.GetTokenAsync();
        await reply.Reached.Soon("the request of a renewal");
        return (process, reply, call);
    }

    /// <summary>Starts a process that has new tokens in memory. They are unsaved, because the cache is down.</summary>
    public async Task<(AppProcess Process, AccessToken Token)> StartWithUnsavedTokensAsync()
    {
        (AppProcess process, FakePause reply, Task<AccessToken> call) = await StartWithOpenRenewalAsync();
        Cache.IsDown = true;
        reply.Release();
        return (process, await call);
    }

    /// <summary>Advances the clock so that all access tokens expire.</summary>
    public void Expire() => Time.Advance(Client.TokenLifetime);

    public async Task<TokenEntry> EntryAsync() => (await Cache.EntryAsync(Key))!;

    public async ValueTask DisposeAsync()
    {
        _held.ForEach(reply => reply.Release());
        try
        {
            foreach (AppProcess process in _processes)
            {
                await process.DisposeAsync();
            }
        }
        finally
        {
            // Ends the retries of a failed test's processes.
            Cache.IsDown = true;
            SecretWatch.Check(Visma, Log);
            await Visma.DisposeAsync().Soon("the end of FakeVisma");
        }
    }
}
