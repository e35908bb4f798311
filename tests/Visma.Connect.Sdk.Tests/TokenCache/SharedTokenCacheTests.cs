using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.TokenCache;

// Two processes are two containers over one cache. They share only the cache.
public class SharedTokenCacheTests
{
    // As in docs/configuration.md.
    private static readonly TimeSpan CacheTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Second_process_takes_the_token_of_the_first()
    {
        SharedCache cache = new();
        await using TestApp app = await StartAsync(cache);
        FakeCompany company = app.AddCompany();
        AccessToken first = await app.GetTokenAsync(company);
        await cache.HasSavedAsync(1);

        await using ServiceProvider process = Restart(app, cache);
        AccessToken second = await process.GetRequiredService<ITokenSource>().GetTokenAsync(TestApp.KeyOf(company), TestApp.Cancellation).Soon();

        Assert.Equal(first.Value, second.Value);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Rejected_token_is_replaced_by_the_newer_one_of_another_process()
    {
        SharedCache cache = new();
        await using TestApp app = await StartAsync(cache);
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);
        await cache.HasSavedAsync(1);
        await using ServiceProvider process = Restart(app, cache);
        ITokenSource other = process.GetRequiredService<ITokenSource>();
        AccessToken same = await other.GetTokenAsync(TestApp.KeyOf(company), TestApp.Cancellation).Soon();
        app.Time.Advance(TimeSpan.FromMinutes(2));
        AccessToken renewed = await other.GetTokenAsync(TestApp.KeyOf(company), same, TestApp.Cancellation).Soon();
        await cache.HasSavedAsync(2);

        AccessToken here = await app.GetTokenAsync(company, rejected: old);

        Assert.Equal(renewed.Value, here.Value);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    // Tokens from a cache that serialises do not contain the number of their attempt.
    [Fact]
    public async Task Rejected_token_is_renewed_also_when_it_came_from_a_cache_that_serialises()
    {
        SharedCache cache = new() { Serialises = true };
        await using TestApp app = await StartAsync(cache);
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);
        await cache.HasSavedAsync(1);
        await using ServiceProvider process = Restart(app, cache);
        ITokenSource other = process.GetRequiredService<ITokenSource>();
        AccessToken stored = await other.GetTokenAsync(TestApp.KeyOf(company), TestApp.Cancellation).Soon();
        app.Time.Advance(TimeSpan.FromMinutes(2));

        AccessToken renewed = await other.GetTokenAsync(TestApp.KeyOf(company), stored, TestApp.Cancellation).Soon();

        Assert.NotEqual(stored.Value, renewed.Value);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Token_with_other_scopes_is_not_used()
    {
        SharedCache cache = new();
        await using TestApp app = await StartAsync(cache);
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);
        await cache.HasSavedAsync(1);

        await using ServiceProvider process = Restart(app, cache, client => client.Scopes.Remove(TestApp.CreateScope));
        AccessToken token = await process.GetRequiredService<ITokenSource>().GetTokenAsync(TestApp.KeyOf(company), TestApp.Cancellation).Soon();

        Assert.Equal([TestApp.ReadScope], token.Scopes);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Theory]
    [InlineData("another application")]
    [InlineData("another environment")]
    [InlineData("fewer scopes")]
    [InlineData("other scopes")]
    public async Task Stored_token_is_not_used_if_it_was_requested_by_or_with(string what)
    {
        SharedCache cache = new();
        await using TestApp app = await StartAsync(cache);
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);
        await cache.HasSavedAsync(1);
        TokenEntry entry = (await cache.GetAsync(TestApp.KeyOf(company), TestApp.Cancellation))!;
        TokenEntry other = what switch
        {
            "another application" => entry with { ClientId = "isv_other", Version = "other" },
            "another environment" => entry with { TokenEndpoint = new Uri("https://connect.identity.stagaws.visma.com/connect/token"), Version = "other" },
            "fewer scopes" => entry with { RequestedScopes = [TestApp.ReadScope], Version = "other" },
            _ => entry with { RequestedScopes = [TestApp.ReadScope, "vismanet_erp_service_api:delete"], Version = "other" },
        };
        Assert.True(await cache.SaveAsync(TestApp.KeyOf(company), other, entry.Version, TestApp.Cancellation));

        await using ServiceProvider process = Restart(app, cache);
        AccessToken token = await process.GetRequiredService<ITokenSource>().GetTokenAsync(TestApp.KeyOf(company), TestApp.Cancellation).Soon();

        Assert.NotEqual(entry.Tokens.AccessToken.Value, token.Value);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Token_that_is_due_for_renewal_is_not_taken()
    {
        SharedCache cache = new();
        await using TestApp app = await StartAsync(cache);
        FakeCompany company = app.AddCompany();
        AccessToken first = await app.GetTokenAsync(company);
        await cache.HasSavedAsync(1);
        app.Time.Advance(TimeSpan.FromMinutes(58));

        await using ServiceProvider process = Restart(app, cache);
        AccessToken second = await process.GetRequiredService<ITokenSource>().GetTokenAsync(TestApp.KeyOf(company), TestApp.Cancellation).Soon();

        Assert.NotEqual(first.Value, second.Value);
    }

    [Fact]
    public async Task Token_from_the_future_is_not_used()
    {
        SharedCache cache = new();
        await using TestApp app = await StartAsync(cache);
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);
        await cache.HasSavedAsync(1);

        await using ServiceProvider process = Restart(app, cache);
        app.Time.JumpWallClock(TimeSpan.FromHours(-3));
        await process.GetRequiredService<ITokenSource>().GetTokenAsync(TestApp.KeyOf(company), TestApp.Cancellation).Soon();

        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Cache_that_is_down_is_bypassed_and_logged()
    {
        SharedCache cache = new() { Failure = new IOException("the cache is down") };
        await using TestApp app = await StartAsync(cache);

        AccessToken token = await app.GetTokenAsync(app.AddCompany());

        Assert.NotNull(token);
        Assert.Contains(app.Log.Lines, line => line.Contains("failed to read", StringComparison.Ordinal));
        await Eventually.TrueAsync(() => app.Log.Lines.Any(line => line.Contains("failed to save", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Cache_that_hangs_delays_a_token_by_one_time_out_only()
    {
        SharedCache cache = new() { Hangs = true };
        await using TestApp app = await StartAsync(cache);
        Task<AccessToken> asking = app.GetTokenAsync(app.AddCompany()).AsTask();

        await Eventually.TrueAsync(() => cache.Calls == 1);
        app.Time.Advance(CacheTimeout);

        Assert.NotNull(await asking);
        await AssertSaveIsGivenUpAsync(app, () => cache.Calls == 2);
    }

    // Each of many tokens would keep others waiting for two time limits.
    [Fact]
    public async Task Cache_that_hangs_delays_no_later_token_for_ten_seconds()
    {
        SharedCache cache = new() { Hangs = true };
        await using TestApp app = await StartAsync(cache);
        Task<AccessToken> first = app.GetTokenAsync(app.AddCompany()).AsTask();
        await Eventually.TrueAsync(() => cache.Calls == 1);
        app.Time.Advance(CacheTimeout);
        await first;
        await AssertSaveIsGivenUpAsync(app, () => cache.Calls == 2);

        await app.GetTokenAsync(app.AddCompany());
        Assert.Equal(2, cache.Calls);

        app.Time.Advance(TimeSpan.FromSeconds(10));
        _ = app.GetTokenAsync(app.AddCompany()).AsTask();
        await Eventually.TrueAsync(() => cache.Calls == 3);
    }

    [Fact]
    public async Task Cache_that_blocks_its_thread_delays_a_token_by_one_time_out_only()
    {
        using BlockingCache cache = new();
        await using TestApp app = await StartAsync(cache);
        Task<AccessToken> asking = app.GetTokenAsync(app.AddCompany()).AsTask();

        await Eventually.TrueAsync(() => cache.Blocked == 1);
        app.Time.Advance(CacheTimeout - Moment);
        Assert.Empty(app.TokenEndpoint.Requests);
        app.Time.Advance(Moment);

        Assert.NotNull(await asking);
        await AssertSaveIsGivenUpAsync(app, () => cache.Blocked == 2);
    }

    [Fact]
    public async Task Token_is_handed_out_before_it_is_saved()
    {
        TroubledCache cache = new();
        Gate saving = cache.HoldNext(call => call.IsSave);
        await using TestApp app = await StartAsync(cache);
        FakeCompany company = app.AddCompany();

        AccessToken token = await app.GetTokenAsync(company);

        await saving.Reached.Soon();
        Assert.Null(await cache.EntryAsync(TestApp.KeyOf(company)));
        saving.Open();
        await Eventually.TrueAsync(async () => (await cache.EntryAsync(TestApp.KeyOf(company)))?.Tokens.AccessToken.Value == token.Value);
    }

    [Fact]
    public async Task Container_waits_for_the_save_of_a_token_before_it_disposes_of_the_cache()
    {
        TroubledCache cache = new();
        Gate saving = cache.HoldNext(call => call.IsSave);
        await using TestApp app = await StartAsync(cache);
        FakeCompany company = app.AddCompany();
        ServiceProvider process = Restart(app, cache);
        AccessToken token = await process.GetRequiredService<ITokenSource>().GetTokenAsync(TestApp.KeyOf(company), TestApp.Cancellation).Soon();
        await saving.Reached.Soon();

        Task disposing = process.DisposeAsync().AsTask();
        Assert.False(disposing.IsCompleted);
        saving.Open();
        await disposing.Soon("the end of the container");

        Assert.Equal(token.Value, (await cache.EntryAsync(TestApp.KeyOf(company)))?.Tokens.AccessToken.Value);
    }

    [Fact]
    public async Task Process_that_ends_before_a_token_is_saved_costs_one_request()
    {
        TroubledCache cache = new();
        Gate saving = cache.HoldNext(call => call.IsSave);
        await using TestApp app = await StartAsync(cache);
        FakeCompany company = app.AddCompany();
        await using ServiceProvider killed = Restart(app, cache);
        await killed.GetRequiredService<ITokenSource>().GetTokenAsync(TestApp.KeyOf(company), TestApp.Cancellation).Soon();
        await saving.Reached.Soon();

        AccessToken next = await app.GetTokenAsync(company);
        saving.Open();

        Assert.NotNull(next);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Memory_of_this_process_keeps_service_tokens_once()
    {
        await using TestApp app = await TestApp.StartAsync();
        await app.GetTokenAsync(app.AddCompany());

        await foreach (TokenCacheItem entry in app.Services.GetRequiredService<ITokenCache>().ListAsync(cancellationToken: TestApp.Cancellation))
        {
            Assert.Fail($"{entry.Key} is kept twice.");
        }
    }

    private static async Task AssertSaveIsGivenUpAsync(TestApp app, Func<bool> hasBegun)
    {
        await Eventually.TrueAsync(hasBegun, "the save of the token");
        app.Time.Advance(CacheTimeout);
        await Eventually.TrueAsync(() => app.Log.Lines.Any(line => line.Contains("failed to save", StringComparison.Ordinal)));
    }

    private static Task<TestApp> StartAsync(ITokenCache cache) =>
        TestApp.StartAsync(services: services => services.AddSingleton<ITokenCache>(cache));

    private static ServiceProvider Restart(TestApp app, ITokenCache cache, Action<VismaClientOptions>? change = null)
    {
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(app.Time);
        services.AddSingleton<ITokenCache>(cache);
        services.AddVismaConnect(options =>
        {
            VismaClientOptions client = new()
            {
                ClientId = app.Client.ClientId,
                ClientSecret = app.Client.Secret,
                Scopes = { TestApp.ReadScope, TestApp.CreateScope },
            };
            change?.Invoke(client);
            options.Clients["erp"] = client;
            app.Visma.Configure(options);
        });
        return services.BuildServiceProvider();
    }

    /// <summary>A cache that the library treats as shared. It fails or hangs if the test says so.</summary>
    private sealed class SharedCache : ITokenCache
    {
        private readonly MemoryTokenCache _inner = new();
        private int _calls;
        private int _saved;

        public Exception? Failure { get; init; }

        public bool Hangs { get; init; }

        public bool Serialises { get; init; }

        public int Calls => Volatile.Read(ref _calls);

        /// <summary>Waits for this number of saves, because a token is handed out before it is saved.</summary>
        public Task HasSavedAsync(int times) => Eventually.TrueAsync(() => Volatile.Read(ref _saved) == times, $"{times} saves of the token");

        public ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default) =>
            DoAsync(async () => Reread(await _inner.GetAsync(key, cancellationToken)));

        public ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default) =>
            DoAsync(async () =>
            {
                bool isSaved = await _inner.SaveAsync(key, entry, ifVersion, cancellationToken);
                Interlocked.Increment(ref _saved);
                return isSaved;
            });

        public ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default) =>
            DoAsync(() => _inner.RemoveAsync(key, ifVersion, cancellationToken));

        public IAsyncEnumerable<TokenCacheItem> ListAsync(TokenFilter? filter = null, CancellationToken cancellationToken = default) =>
            _inner.ListAsync(filter, cancellationToken);

        private TokenEntry? Reread(TokenEntry? entry)
        {
            if (!Serialises || entry is null)
            {
                return entry;
            }

            AccessToken token = entry.Tokens.AccessToken;
            return entry with
            {
                Tokens = new TokenSet { AccessToken = new AccessToken(token.Value, token.ObtainedAt, token.ExpiresAt, token.Scopes) },
            };
        }

        // A call that hangs ignores its cancellation.
        private async ValueTask<T> DoAsync<T>(Func<ValueTask<T>> operation)
        {
            Interlocked.Increment(ref _calls);
            return Failure is not null ? throw Failure
                : Hangs ? await new TaskCompletionSource<T>().Task
                : await operation();
        }
    }
}
