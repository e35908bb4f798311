namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>A token cache whose reads and saves block their thread until it is disposed of, as a database driver without asynchronous calls does.</summary>
public sealed class BlockingCache : ITokenCache, IDisposable
{
    private readonly MemoryTokenCache _inner = new();
    private readonly ManualResetEventSlim _released = new();
    private int _blocked;

    /// <summary>The number of calls that have blocked.</summary>
    public int Blocked => Volatile.Read(ref _blocked);

    public ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default)
    {
        Block();
        return _inner.GetAsync(key, CancellationToken.None);
    }

    public ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default)
    {
        Block();
        return _inner.SaveAsync(key, entry, ifVersion, CancellationToken.None);
    }

    public ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default) =>
        _inner.RemoveAsync(key, ifVersion, CancellationToken.None);

    public IAsyncEnumerable<TokenCacheItem> ListAsync(TokenFilter? filter = null, CancellationToken cancellationToken = default) =>
        _inner.ListAsync(filter, cancellationToken);

    /// <summary>Releases all calls. Later calls do not block.</summary>
    public void Dispose() => _released.Set();

    private void Block()
    {
        Interlocked.Increment(ref _blocked);
        _released.Wait(Patience.Limit, CancellationToken.None);
    }
}
