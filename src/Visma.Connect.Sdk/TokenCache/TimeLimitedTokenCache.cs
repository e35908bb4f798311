namespace Visma.Connect.Sdk;

/// <summary>A token cache whose operations end within a limit, also when they ignore their cancellation or block their thread.</summary>
/// <remarks>Thread-safe, as the cache is. An operation that is given up may still take effect later.</remarks>
internal sealed class TimeLimitedTokenCache(ITokenCache cache, TimeProvider time)
{
    /// <summary>Reads the entry of a key; returns null if it is missing.</summary>
    /// <exception cref="OperationCanceledException">The limit is reached.</exception>
    public Task<TokenEntry?> GetAsync(TokenKey key, TimeSpan limit) => DoAsync(cancellation => cache.GetAsync(key, cancellation), limit);

    /// <summary>Saves an entry if the stored version is the given one; returns whether it did.</summary>
    /// <exception cref="OperationCanceledException">The limit is reached; whether the entry is saved is unknown.</exception>
    public Task<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, TimeSpan limit) =>
        DoAsync(cancellation => cache.SaveAsync(key, entry, ifVersion, cancellation), limit);

    /// <summary>Removes the entry of a key if the stored version is the given one; returns whether it did.</summary>
    /// <exception cref="OperationCanceledException">The limit is reached; whether the entry is removed is unknown.</exception>
    public Task<bool> RemoveAsync(TokenKey key, string ifVersion, TimeSpan limit) =>
        DoAsync(cancellation => cache.RemoveAsync(key, ifVersion, cancellation), limit);

    /// <summary>The entries of a listing that fulfil a condition, up to a number of entries.</summary>
    /// <exception cref="OperationCanceledException">The limit is reached.</exception>
    public Task<List<TokenCacheItem>> ListAsync(TokenFilter filter, Func<TokenCacheItem, bool> condition, int most, TimeSpan limit) =>
        DoAsync(cancellation => ListAsync(filter, condition, most, cancellation), limit);

    private async ValueTask<List<TokenCacheItem>> ListAsync(
        TokenFilter filter,
        Func<TokenCacheItem, bool> condition,
        int most,
        CancellationToken cancellationToken)
    {
        List<TokenCacheItem> items = [];
        await foreach (TokenCacheItem item in cache.ListAsync(filter, cancellationToken).ConfigureAwait(false))
        {
            if (condition(item))
            {
                items.Add(item);
            }

            if (items.Count == most)
            {
                break;
            }
        }

        return items;
    }

    // On another thread, because some databases do their asynchronous work before they return a task.
    private Task<T> DoAsync<T>(Func<CancellationToken, ValueTask<T>> operation, TimeSpan limit) =>
        time.RunWithinAsync(limit, cancellation => operation(cancellation).AsTask());
}
