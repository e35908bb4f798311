namespace Visma.Connect.Sdk;

/// <summary>
/// The token cache as user connections need it: every operation ends in time, and what fails is an error, because a connection that
/// cannot be read must not look like one that is not there.
/// </summary>
internal sealed class ConnectionCache(ITokenCache cache, TimeProvider time)
{
    private readonly TimeLimitedTokenCache _cache = new(cache, time);

    /// <exception cref="UnreadableEntryException">There is an entry, and it cannot be read.</exception>
    /// <exception cref="VismaConnectException">The cache failed, or took too long.</exception>
    public Task<TokenEntry?> GetAsync(TokenKey key, TimeSpan limit) =>
        DoAsync("read", key, limit, _cache.GetAsync(key, limit));

    /// <exception cref="VismaConnectException">The cache failed, or took too long; whether it saved is not known.</exception>
    public Task<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, TimeSpan limit) =>
        DoAsync("save", key, limit, _cache.SaveAsync(key, entry, ifVersion, limit));

    /// <exception cref="VismaConnectException">The cache failed, or took too long; whether it removed is not known.</exception>
    public Task<bool> RemoveAsync(TokenKey key, string ifVersion, TimeSpan limit) =>
        DoAsync("remove", key, limit, _cache.RemoveAsync(key, ifVersion, limit));

    /// <summary>Whether any entry of a listing fulfils a condition.</summary>
    /// <exception cref="VismaConnectException">The cache failed, or took too long.</exception>
    public async Task<bool> AnyAsync(TokenFilter filter, Func<TokenCacheItem, bool> condition, TimeSpan limit) =>
        (await ListAsync(filter, condition, limit, most: 1).ConfigureAwait(false)).Count > 0;

    /// <summary>The entries of a listing that fulfil a condition, up to a number of entries.</summary>
    /// <exception cref="VismaConnectException">The cache failed, or took too long.</exception>
    public Task<List<TokenCacheItem>> ListAsync(TokenFilter filter, Func<TokenCacheItem, bool> condition, TimeSpan limit, int most = int.MaxValue) =>
        DoAsync("list", key: null, limit, _cache.ListAsync(filter, condition, most, limit));

    private static async Task<T> DoAsync<T>(string operation, TokenKey? key, TimeSpan limit, Task<T> running)
    {
        try
        {
            return await running.ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not UnreadableEntryException)
        {
            throw new VismaConnectException(
                FormattableString.Invariant($"The token cache failed to {operation} {(key is null ? "the connections" : $"the entry of {key}")}, ")
                + FormattableString.Invariant($"or took longer than {limit.TotalSeconds:0.#} s. User tokens need the cache."),
                LocalCauses.TokenCache.Remedy,
                failure)
            {
                IsTransient = true,
            };
        }
    }
}
