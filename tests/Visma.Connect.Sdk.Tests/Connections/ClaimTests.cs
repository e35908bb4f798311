using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Visma.Connect.Sdk.Tests.TokenCache;

namespace Visma.Connect.Sdk.Tests.Connections;

/// <summary>The claims of consents, which are stored beside the tokens.</summary>
public class ClaimTests
{
    [Fact]
    public async Task Claim_is_never_taken_for_tokens()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        TokenKey claim = Assert.Single(await ClaimsAsync(app)).Key;

        List<VismaConnection> listed = [];
        await foreach (VismaConnection connection in process.Connections.ListAsync(TestApp.Cancellation))
        {
            listed.Add(connection);
        }

        Assert.Equal("customer-42", Assert.Single(listed).Name);
        Assert.Equal((null, null, 0), (claim.Connection, claim.TenantId, claim.Scopes.Count));
        Assert.NotEqual(TokenKey.ForClient("nxt"), claim);
        Assert.Equal("client 'nxt', claim", claim.ToString());
        Assert.Throws<InvalidOperationException>(() => claim.WithScopes("read"));
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => process.Services.GetRequiredService<ITokenSource>().GetTokenAsync(claim, TestApp.Cancellation).AsTask());
        Assert.Contains("There is no token for client 'nxt', claim.", error.Message, StringComparison.Ordinal);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Claim_holds_neither_state_nor_code()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        await process.Connections.CompleteAsync(start, await app.AnswerAsync(start), TestApp.Cancellation).Soon();
        string code = Assert.Single(app.TokenEndpoint.Requests).Form["code"];

        TokenCacheItem claim = Assert.Single(await ClaimsAsync(app));
        string stored = claim.Key.ToStorageKey() + System.Text.Encoding.UTF8.GetString(TokenEntrySerializer.Unprotected.Serialize(claim.Key, claim.Entry!));

        Assert.Equal(
            [false, false, false],
            [.. new[] { start.State, start.CodeVerifier!, code }.Select(secret => stored.Contains(secret, StringComparison.Ordinal))]);
    }

    [Fact]
    public async Task Claims_are_removed_by_a_later_consent_when_no_callback_can_need_them_any_more()
    {
        await using UserApp app = await UserApp.StartAsync();
        await app.ConnectAsync(app.StartProcess());
        AppProcess dead = app.StartProcess();
        app.TokenEndpoint.LoseNextReply();
        await Assert.ThrowsAsync<VismaConnectException>(() => app.ConnectAsync(dead));
        TokenKey[] expired = [.. (await ClaimsAsync(app)).Select(item => item.Key)];
        app.Time.Advance(TimeSpan.FromHours(1));

        AppProcess later = app.StartProcess();
        await app.ConnectAsync(later);

        Assert.Equal(2, expired.Length);
        await Eventually.TrueAsync(async () => (await ClaimsAsync(app)).All(item => !expired.Contains(item.Key)), "the removal of the expired claims");
        Assert.Single(await ClaimsAsync(app));
        Assert.NotNull(await app.Cache.EntryAsync(UserApp.Key));
    }

    [Fact]
    public async Task Claim_stays_as_long_as_a_callback_can_need_it()
    {
        await using UserApp app = await UserApp.StartAsync();
        await app.ConnectAsync(app.StartProcess());
        await Eventually.TrueAsync(() => app.Cache.Listings == 1, "the first search for expired claims");
        TokenKey claim = Assert.Single(await ClaimsAsync(app)).Key;
        app.Time.Advance(TimeSpan.FromMinutes(59));

        await app.ConnectAsync(app.StartProcess());
        await Eventually.TrueAsync(() => app.Cache.Listings == 3, "the second search for expired claims");

        Assert.Contains(await ClaimsAsync(app), item => item.Key == claim);
    }

    [Fact]
    public async Task Process_searches_for_expired_claims_at_most_once_an_hour()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        await Eventually.TrueAsync(() => app.Cache.Listings == 1, "the first search");
        await app.ConnectAsync(process);
        app.Time.Advance(TimeSpan.FromMinutes(59));
        await app.ConnectAsync(process);
        app.Time.Advance(TimeSpan.FromMinutes(1));

        await app.ConnectAsync(process);

        await Eventually.TrueAsync(() => app.Cache.Listings > 1, "the next search");
        Assert.Equal(2, app.Cache.Listings);
    }

    [Fact]
    public async Task Claims_are_not_copied_to_another_cache()
    {
        await using UserApp app = await UserApp.StartAsync();
        await app.ConnectAsync(app.StartProcess());
        MemoryTokenCache target = new();

        TokenCopyReport report = await app.Cache.CopyToAsync(target, cancellationToken: TestApp.Cancellation);

        Assert.Equal((1, 0, 0), (report.Written, report.LeftAlone, report.OnlyThere.Count));
        await foreach (TokenCacheItem item in target.ListAsync(cancellationToken: TestApp.Cancellation))
        {
            Assert.Equal(UserApp.Key, item.Key);
        }
    }

    // A process whose key was lost for good: nobody can see when the claim expires.
    [Fact]
    public async Task Claim_that_nobody_can_read_is_removed_when_it_was_there_for_its_whole_lifetime()
    {
        await using UserApp app = await UserApp.StartAsync();
        ConcurrentDictionary<string, KeyValueTokenCache.Row> rows = new();
        TroubledCache cache = new(new KeyValueTokenCache(rows, TokenEntrySerializer.Unprotected));
        AppProcess process = app.StartProcess(cache: cache);
        rows["claim/nxt/lost"] = new KeyValueTokenCache.Row("version", [0, 0]);

        await app.ConnectAsync(process);
        await Eventually.TrueAsync(() => cache.Listings == 1, "the first search for expired claims");
        app.Time.Advance(TimeSpan.FromMinutes(59));
        await app.ConnectAsync(process);
        Assert.Contains("claim/nxt/lost", rows.Keys);
        app.Time.Advance(TimeSpan.FromMinutes(1));
        await app.ConnectAsync(process);

        await Eventually.TrueAsync(() => !rows.ContainsKey("claim/nxt/lost"));
    }

    [Fact]
    public async Task Cache_that_lists_more_than_it_was_asked_for_loses_no_connection()
    {
        await using UserApp app = await UserApp.StartAsync();
        TroubledCache cache = new(new Unfiltered());
        await app.ConnectAsync(app.StartProcess(cache: cache));
        await Eventually.TrueAsync(() => cache.Listings == 1, "the first search for expired claims");
        app.Time.Advance(TimeSpan.FromHours(2));

        await app.ConnectAsync(app.StartProcess(cache: cache), "other", app.User);
        await Eventually.TrueAsync(() => cache.Listings == 2, "the second search for expired claims");

        Assert.NotNull(await cache.EntryAsync(UserApp.Key));
    }

    private static async Task<List<TokenCacheItem>> ClaimsAsync(UserApp app)
    {
        List<TokenCacheItem> claims = [];
        await foreach (TokenCacheItem item in app.Cache.ListAsync(cancellationToken: TestApp.Cancellation))
        {
            if (item.Key.ToStorageKey().StartsWith("claim/nxt/", StringComparison.Ordinal))
            {
                claims.Add(item);
            }
        }

        return claims;
    }

    // It does not know the filters that were added after it was written.
    private sealed class Unfiltered : ITokenCache
    {
        private readonly MemoryTokenCache _inner = new();

        public ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default) => _inner.GetAsync(key, cancellationToken);

        public ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default) =>
            _inner.SaveAsync(key, entry, ifVersion, cancellationToken);

        public ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default) =>
            _inner.RemoveAsync(key, ifVersion, cancellationToken);

        public IAsyncEnumerable<TokenCacheItem> ListAsync(TokenFilter? filter = null, CancellationToken cancellationToken = default) =>
            _inner.ListAsync(filter: null, cancellationToken);
    }
}
