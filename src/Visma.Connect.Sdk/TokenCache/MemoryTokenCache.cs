namespace Visma.Connect.Sdk;

/// <summary>Tokens in the memory of this process, the default: nothing survives a restart, nothing is shared, nothing is evicted.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class MemoryTokenCache : ITokenCache
{
    private readonly Dictionary<TokenKey, TokenEntry> _entries = [];

    /// <inheritdoc/>
    public ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_entries)
        {
            return new ValueTask<TokenEntry?>(_entries.TryGetValue(key, out TokenEntry? entry) ? entry : null);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_entries)
        {
            if (!IsAt(key, ifVersion))
            {
                return new ValueTask<bool>(false);
            }

            _entries[key] = entry;
            return new ValueTask<bool>(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ifVersion);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_entries)
        {
            return new ValueTask<bool>(IsAt(key, ifVersion) && _entries.Remove(key));
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TokenCacheItem> ListAsync(
        TokenFilter? filter = null,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Nothing to wait for: the snapshot is at hand.
        await Task.CompletedTask.ConfigureAwait(false);
        List<TokenCacheItem> snapshot;
        lock (_entries)
        {
            snapshot = [.. _entries.Where(stored => filter?.Includes(stored.Key) != false).Select(stored => new TokenCacheItem(stored.Key, stored.Value))];
        }

        foreach (TokenCacheItem item in snapshot)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }
    }

    private bool IsAt(TokenKey key, string? version) =>
        string.Equals(_entries.TryGetValue(key, out TokenEntry? stored) ? stored.Version : null, version, StringComparison.Ordinal);
}
