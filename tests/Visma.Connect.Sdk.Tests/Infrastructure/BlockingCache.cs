namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>A token cache that blocks the thread of each reading and each saving call until it is released, as a database driver without asynchronous calls does.</summary>
public sealed class BlockingCache : ITokenCache, IDisposable
{
    private readonly MemoryTokenCache _inner = new();
    private readonly ManualResetEventSlim _released = new();
    private int _blocked;

    /// <summary>How many calls have begun to block.</summary>
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

    /// <summary>Lets every call go on, and blocks no other.</summary>
    public void Dispose() => _released.Set();

    private void Block()
    {
        Interlocked.Increment(ref _blocked);
        _released.Wait(Patience.Limit, CancellationToken.None);
    }
}
