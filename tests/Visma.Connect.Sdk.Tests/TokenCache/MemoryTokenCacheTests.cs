namespace Visma.Connect.Sdk.Tests.TokenCache;

public class MemoryTokenCacheTests
{
    private static readonly TokenKey Key = TokenKey.ForTenant("erp", "a1b2");

    private readonly MemoryTokenCache _cache = new();

    private static CancellationToken Cancellation => TestApp.Cancellation;

    [Fact]
    public async Task What_was_saved_is_read()
    {
        TokenEntry entry = Entry();

        Assert.True(await _cache.SaveAsync(Key, entry, ifVersion: null, Cancellation));

        Assert.Same(entry, await _cache.GetAsync(Key, Cancellation));
        Assert.Null(await _cache.GetAsync(TokenKey.ForTenant("erp", "other"), Cancellation));
    }

    [Fact]
    public async Task Of_two_creations_one_wins()
    {
        Assert.True(await _cache.SaveAsync(Key, Entry(), ifVersion: null, Cancellation));
        Assert.False(await _cache.SaveAsync(Key, Entry(), ifVersion: null, Cancellation));
    }

    [Fact]
    public async Task Save_needs_the_version_that_is_stored()
    {
        TokenEntry first = Entry();
        TokenEntry second = Entry();
        await _cache.SaveAsync(Key, first, ifVersion: null, Cancellation);

        Assert.False(await _cache.SaveAsync(Key, Entry(), ifVersion: "another", Cancellation));
        Assert.True(await _cache.SaveAsync(Key, second, first.Version, Cancellation));
        Assert.False(await _cache.SaveAsync(Key, Entry(), first.Version, Cancellation));
        Assert.Same(second, await _cache.GetAsync(Key, Cancellation));
    }

    [Fact]
    public async Task Removal_needs_the_version_that_is_stored()
    {
        TokenEntry first = Entry();
        await _cache.SaveAsync(Key, first, ifVersion: null, Cancellation);

        Assert.False(await _cache.RemoveAsync(Key, "another", Cancellation));
        Assert.True(await _cache.RemoveAsync(Key, first.Version, Cancellation));
        Assert.False(await _cache.RemoveAsync(Key, first.Version, Cancellation));
        Assert.Null(await _cache.GetAsync(Key, Cancellation));
    }

    [Fact]
    public async Task Versions_are_never_reused()
    {
        List<string> versions = [];
        for (int round = 0; round < 10; round++)
        {
            TokenEntry entry = Entry();
            Assert.True(await _cache.SaveAsync(Key, entry, ifVersion: null, Cancellation));
            foreach (string old in versions)
            {
                Assert.False(await _cache.SaveAsync(Key, Entry(), old, Cancellation));
                Assert.False(await _cache.RemoveAsync(Key, old, Cancellation));
            }

            versions.Add(entry.Version);
            Assert.True(await _cache.RemoveAsync(Key, entry.Version, Cancellation));
        }

        Assert.Equal(10, versions.Distinct().Count());
    }

    [Fact]
    public async Task Of_many_swaps_of_one_version_one_wins()
    {
        TokenEntry first = Entry();
        await _cache.SaveAsync(Key, first, ifVersion: null, Cancellation);

        bool[] won = await Task.WhenAll(Enumerable.Range(0, 100)
            .Select(_ => Task.Run(() => _cache.SaveAsync(Key, Entry(), first.Version, Cancellation).AsTask())));

        Assert.Single(won, true);
    }

    [Fact]
    public async Task Everything_that_is_stored_is_listed()
    {
        TokenKey[] keys = [.. Enumerable.Range(0, 5).Select(tenant => TokenKey.ForTenant("erp", $"tenant{tenant}"))];
        foreach (TokenKey key in keys)
        {
            await _cache.SaveAsync(key, Entry(), ifVersion: null, Cancellation);
        }

        List<TokenKey> listed = [];
        await foreach (TokenCacheItem item in _cache.ListAsync(cancellationToken: Cancellation))
        {
            Assert.NotNull(item.Entry);
            listed.Add(item.Key);
        }

        Assert.Equal(keys.Select(key => key.TenantId), listed.Select(key => key.TenantId).Order());
    }

    private static TokenEntry Entry() => new()
    {
        Tokens = new TokenSet { AccessToken = new AccessToken("t0ken", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch) },
        TokenEndpoint = new Uri("https://connect.visma.com/connect/token"),
        ClientId = "isv_acme_service",
    };
}
