namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>
/// Counts the operations of a token cache that run at once. Its saves can take longer, one after the other, as on a slow disk.
/// </summary>
public sealed class CrowdedCache(ITokenCache inner, TimeSpan save = default) : ITokenCache
{
    private readonly Lock _disk = new();
    private int _now;
    private int _most;

    /// <summary>The largest number of operations that ran at once.</summary>
    public int MostAtOnce => Volatile.Read(ref _most);

    public ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default) =>
        DoAsync(() => inner.GetAsync(key, cancellationToken));

    public ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default) =>
        DoAsync(() =>
        {
            WaitForDisk();
            return inner.SaveAsync(key, entry, ifVersion, cancellationToken);
        });

    public ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default) =>
        DoAsync(() => inner.RemoveAsync(key, ifVersion, cancellationToken));

    public IAsyncEnumerable<TokenCacheItem> ListAsync(TokenFilter? filter = null, CancellationToken cancellationToken = default) =>
        inner.ListAsync(filter, cancellationToken);

    // It blocks the thread, as SQLite does.
    private void WaitForDisk()
    {
        if (save > TimeSpan.Zero)
        {
            lock (_disk)
            {
                Thread.Sleep(save);
            }
        }
    }

    private async ValueTask<T> DoAsync<T>(Func<ValueTask<T>> operation)
    {
        int now = Interlocked.Increment(ref _now);
        int most = MostAtOnce;
        while (now > most)
        {
            most = Interlocked.CompareExchange(ref _most, now, most) == most ? now : MostAtOnce;
        }

        try
        {
            return await operation();
        }
        finally
        {
            Interlocked.Decrement(ref _now);
        }
    }
}
