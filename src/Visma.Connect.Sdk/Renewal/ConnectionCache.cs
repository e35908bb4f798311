namespace Visma.Connect.Sdk;

/// <summary>
/// The token cache as user connections need it: every operation ends in time, and what fails is an error, because a connection that
/// cannot be read must not look like one that is not there.
/// </summary>
internal sealed class ConnectionCache(ITokenCache cache, TimeProvider time)
{
    /// <exception cref="UnreadableEntryException">There is an entry, and it cannot be read.</exception>
    /// <exception cref="VismaConnectException">The cache failed, or took too long.</exception>
    public Task<TokenEntry?> GetAsync(TokenKey key, TimeSpan limit) =>
        DoAsync("read", key, limit, cancellation => cache.GetAsync(key, cancellation));

    /// <exception cref="VismaConnectException">The cache failed, or took too long; whether it saved is not known.</exception>
    public Task<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, TimeSpan limit) =>
        DoAsync("save", key, limit, cancellation => cache.SaveAsync(key, entry, ifVersion, cancellation));

    /// <exception cref="VismaConnectException">The cache failed, or took too long; whether it removed is not known.</exception>
    public Task<bool> RemoveAsync(TokenKey key, string ifVersion, TimeSpan limit) =>
        DoAsync("remove", key, limit, cancellation => cache.RemoveAsync(key, ifVersion, cancellation));

    private async Task<T> DoAsync<T>(string operation, TokenKey key, TimeSpan limit, Func<CancellationToken, ValueTask<T>> act)
    {
        try
        {
            // On a thread of its own: some databases do their asynchronous work before they return.
            return await time.WithinAsync(limit, cancellation => Task.Run(() => act(cancellation).AsTask()), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not UnreadableEntryException)
        {
            throw new VismaConnectException(
                FormattableString.Invariant($"The token cache failed to {operation} the entry of {key}, or took longer than {limit.TotalSeconds:0.#} s. User tokens need it: see to the cache."),
                failure)
            {
                IsTransient = true,
                Remedy = "See to the token cache.",
            };
        }
    }
}
