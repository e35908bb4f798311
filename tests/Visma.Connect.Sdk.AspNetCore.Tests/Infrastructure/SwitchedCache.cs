namespace Visma.Connect.Sdk.AspNetCore.Tests.Infrastructure;

/// <summary>A token cache that can be down. It counts its reads and the listings of connections.</summary>
public sealed class SwitchedCache : ITokenCache
{
    private readonly MemoryTokenCache _cache = new();
    private int _reads;
    private int _listings;

    public bool IsDown { get; set; }

    public int Reads => _reads;

    public int Listings => _listings;

    public ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _reads);
        return Working().GetAsync(key, cancellationToken);
    }

    public ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default) =>
        Working().SaveAsync(key, entry, ifVersion, cancellationToken);

    public ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default) =>
        Working().RemoveAsync(key, ifVersion, cancellationToken);

    public IAsyncEnumerable<TokenCacheItem> ListAsync(TokenFilter? filter = null, CancellationToken cancellationToken = default)
    {
        if (filter?.ConnectionsOnly == true)
        {
            Interlocked.Increment(ref _listings);
        }

        return Working().ListAsync(filter, cancellationToken);
    }

    private MemoryTokenCache Working() => IsDown ? throw new IOException("The database is down.") : _cache;
}
