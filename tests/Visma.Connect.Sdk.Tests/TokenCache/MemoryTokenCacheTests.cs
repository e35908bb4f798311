namespace Visma.Connect.Sdk.Tests.TokenCache;

// A short test for both targets. TokenCacheContractTests checks the whole contract.
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

    private static TokenEntry Entry() => new()
    {
        Tokens = new TokenSet { AccessToken = new AccessToken("t0ken", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch) },
        TokenEndpoint = new Uri("https://connect.visma.com/connect/token"),
        ClientId = "isv_acme_service",
    };
}
