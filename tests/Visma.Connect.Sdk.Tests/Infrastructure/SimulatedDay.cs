using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>An application that calls for very many connections. It knows which calls need a token request, so the clock moves only when all have arrived.</summary>
public sealed class SimulatedDay(ManualTime time, DayServer server, ITokenCache cache, int places) : IAsyncDisposable
{
    private static readonly TimeSpan ServedFor = TimeSpan.FromHours(1) - TimeSpan.FromSeconds(5);

    private const string ClientId = "isv_acme_web";

    // A token is renewed five minutes before its expiry, or up to a minute later. In that minute a test cannot know.
    private static readonly TimeSpan MayBeRenewed = TimeSpan.FromMinutes(55);
    private static readonly TimeSpan IsRenewed = TimeSpan.FromMinutes(56);

    // After a start, a call waits for its turn to read the token cache, and the token can expire in that time.
    private static readonly TimeSpan MayExpire = TimeSpan.FromMinutes(50);

    private readonly DateTimeOffset _midnight = time.GetUtcNow();
    private readonly bool[] _isInMemory = new bool[server.Connections];
    private readonly TokenKey[] _keys = [.. Enumerable.Range(0, server.Connections).Select(number => TokenKey.ForConnection("nxt", NameOf(number)))];
    private ServiceProvider _process = Start(time, server, cache);

    private ITokenSource Tokens => _process.GetRequiredService<ITokenSource>();

    /// <summary>Stores connections whose access tokens have expired.</summary>
    public async Task ConnectAsync()
    {
        for (int number = 0; number < server.Connections; number++)
        {
            TokenEntry entry = new()
            {
                Tokens = new TokenSet
                {
                    AccessToken = new AccessToken(server.AccessTokenOf(number), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch),
                    RefreshToken = DayServer.FirstTokenOf(number),
                },
                TokenEndpoint = VismaAuthority.VismaConnect.TokenEndpoint,
                ClientId = ClientId,
                GrantId = NameOf(number),
            };
            Assert.True(await cache.SaveAsync(_keys[number], entry, ifVersion: null));
        }
    }

    /// <summary>Moves the clock to a time of the day, unless it is later already.</summary>
    public void AdvanceTo(TimeSpan timeOfDay)
    {
        TimeSpan ahead = _midnight + timeOfDay - time.GetUtcNow();
        if (ahead > TimeSpan.Zero)
        {
            time.Advance(ahead);
        }
    }

    public async Task RestartAsync()
    {
        await _process.DisposeAsync();
        _process = Start(time, server, cache);
        Array.Clear(_isInMemory);
    }

    /// <summary>Calls for some connections at once, and returns how many tokens had to be requested.</summary>
    public async Task<int> CallAsync(IEnumerable<int> connections)
    {
        List<int> renewed = [];
        List<Task<AccessToken>> calls = [];
        foreach (int connection in connections)
        {
            TimeSpan age = time.GetUtcNow() - server.RequestedAt(connection);
            bool isInMemory = _isInMemory[connection];
            if (age >= (isInMemory ? MayBeRenewed : MayExpire) && age < (isInMemory ? IsRenewed : ServedFor))
            {
                continue;
            }

            if (age >= ServedFor || (age >= IsRenewed && isInMemory))
            {
                renewed.Add(connection);
            }

            _isInMemory[connection] = true;
            calls.Add(Tokens.GetTokenAsync(_keys[connection], TestContext.Current.CancellationToken).AsTask());
        }

        await AnswerAsync(renewed.Count);
        await Task.WhenAll(calls);
        foreach (int connection in renewed)
        {
            await Eventually.TrueAsync(async () => (await Tokens.GetTokenAsync(_keys[connection])).Value == server.AccessTokenOf(connection));
        }

        return renewed.Count;
    }

    public async ValueTask DisposeAsync()
    {
        // After a failure, renewals can wait for a clock that no longer moves.
        await _process.DisposeAsync().AsTask().Soon("the end of the process");
    }

    // The requests come in groups: so many as there are places wait for their replies, and then the clock moves.
    private async Task AnswerAsync(int requests)
    {
        for (int all = server.Answered + requests; server.Answered < all;)
        {
            int group = Math.Min(all, server.Answered + places);
            await Eventually.TrueAsync(() => server.Arrived == group, "the requests of a group");
            time.Advance(server.ReplyTime);
            await Eventually.TrueAsync(() => server.Answered == group, "the replies of a group");
        }
    }

    private static string NameOf(int number) => $"customer-{number}";

    private static ServiceProvider Start(ManualTime time, DayServer server, ITokenCache cache)
    {
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(time);
        services.AddSingleton(cache);
        services
            .AddVismaConnect(options =>
            {
                options.AllowConnectionsInMemory = true;
                options.Clients["nxt"] = new VismaClientOptions
                {
                    ClientId = ClientId,
                    ClientSecret = "secret",
                    RedirectUri = UserApp.RedirectUri,
                    Scopes = { "business-graphql-api:access-group-based", "offline_access" },
                    GracePeriod = TimeSpan.FromSeconds(60),
                };
            })
            .ConfigureTokenRequests(http => http.ConfigurePrimaryHttpMessageHandler(() => new KeptHandler(server)).AssumePrimaryHandlerNeverRedirects());
        return services.BuildServiceProvider();
    }

    // The factory disposes of its handlers when the process ends; the server goes on.
    private sealed class KeptHandler(DayServer server) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            server.AnswerAsync(request, cancellationToken);
    }
}
