using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>What a process remembers of the connections of a durable cache that it does not use any longer.</summary>
public class IdleConnectionTests
{
    // A process remembers 100,000 of them, and up to an eighth more (docs/renewal.md).
    private const int TooMany = 113_000;

    [Fact]
    public async Task Expired_token_of_a_connection_that_nobody_asks_for_is_dropped()
    {
        EndlessCache cache = new();
        await using UserApp app = await UserApp.StartAsync(services: services => services.AddSingleton<ITokenCache>(cache));
        cache.App = app;
        AppProcess process = app.StartProcess();
        await Task.Run(() => process.GetTokenAsync(EndlessCache.Watched));

        app.Expire();
        await process.GetTokenAsync("used");

        await Eventually.TrueAsync(() => !IsAlive(cache.AccessToken));
        Assert.True(IsAlive(cache.RefreshToken));
    }

    [Fact]
    public async Task Connection_is_forgotten_when_very_many_others_were_used_since()
    {
        EndlessCache cache = new();
        await using UserApp app = await UserApp.StartAsync(services: services => services.AddSingleton<ITokenCache>(cache));
        cache.App = app;
        AppProcess process = app.StartProcess();
        await Task.Run(() => process.GetTokenAsync(EndlessCache.Watched));

        ITokenSource tokens = process.Services.GetRequiredService<ITokenSource>();
        for (int other = 0; other < TooMany; other++)
        {
            await tokens.GetTokenAsync(TokenKey.ForConnection("nxt", $"customer-{other}"), TestApp.Cancellation);
        }

        await Eventually.TrueAsync(() => !IsAlive(cache.RefreshToken));
    }

    // 20,000 old connections, the watched one, and 99,000 others, of which 6,000 are used twice.
    [Fact]
    public async Task Connection_is_remembered_although_the_ones_that_were_used_since_were_used_often()
    {
        EndlessCache cache = new();
        await using UserApp app = await UserApp.StartAsync(services: services => services.AddSingleton<ITokenCache>(cache));
        cache.App = app;
        AppProcess process = app.StartProcess();
        ITokenSource tokens = process.Services.GetRequiredService<ITokenSource>();
        async Task UseAsync(string name, int count)
        {
            for (int number = 0; number < count; number++)
            {
                await tokens.GetTokenAsync(TokenKey.ForConnection("nxt", $"{name}-{number}"), TestApp.Cancellation);
            }
        }

        await UseAsync("old", 20_000);
        await Task.Run(() => process.GetTokenAsync(EndlessCache.Watched));
        await UseAsync("other", 99_000);
        app.Expire();
        cache.Attempt++;
        await UseAsync("other", 6_000);

        await Eventually.TrueAsync(() => !IsAlive(cache.Old));
        Assert.True(IsAlive(cache.RefreshToken));
    }

    private static bool IsAlive(WeakReference? reference)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return reference!.IsAlive;
    }

    // Has every connection, and keeps none in memory, like a database.
    private sealed class EndlessCache : ITokenCache
    {
        public const string Watched = "customer-watched";

        public UserApp? App { get; set; }

        public WeakReference? AccessToken { get; private set; }

        public WeakReference? RefreshToken { get; private set; }

        public WeakReference? Old { get; private set; }

        public long Attempt { get; set; }

        public ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default)
        {
            DateTimeOffset now = App!.Time.GetUtcNow();
            string refreshToken = $"rt-{key.Connection}";
            AccessToken accessToken = new($"at-{key.Connection}", now, now + TimeSpan.FromHours(1));
            if (key.Connection == Watched)
            {
                // All copies of the token share its text.
                AccessToken = new WeakReference(accessToken.AuthorizationHeader);
                RefreshToken = new WeakReference(refreshToken);
            }

            if (key.Connection == "old-15000")
            {
                Old = new WeakReference(refreshToken);
            }

            return new(new TokenEntry
            {
                Tokens = new TokenSet { AccessToken = accessToken, RefreshToken = refreshToken },
                TokenEndpoint = App.Server.Authority.TokenEndpoint,
                ClientId = App.Client.ClientId,
                GrantId = "grant",
                Attempt = Attempt,
                LastAttempt = Attempt,
            });
        }

        public ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<TokenCacheItem> ListAsync(TokenFilter? filter = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();
    }
}
