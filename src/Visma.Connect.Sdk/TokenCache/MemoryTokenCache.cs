using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.TokenCache;

/// <summary>
/// Keeps tokens in the memory of this process. This is the default cache. Its entries are lost at a restart, are not shared with other processes, and
/// are never evicted.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class MemoryTokenCache : ITokenCache
{
    private readonly ConcurrentDictionary<TokenKey, TokenEntry> _entries = new();

    /// <inheritdoc/>
    public ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<TokenEntry?>(_entries.TryGetValue(key, out TokenEntry? entry) ? entry : null);
    }

    /// <inheritdoc/>
    public ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(entry);
        CompleteEntry.Require(key, entry);
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<bool>(ifVersion is null
            ? _entries.TryAdd(key, entry)
            : EntryAt(key, ifVersion) is { } stored && _entries.TryUpdate(key, entry, stored));
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ifVersion);
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<bool>(EntryAt(key, ifVersion) is { } stored
            && ((ICollection<KeyValuePair<TokenKey, TokenEntry>>)_entries).Remove(new KeyValuePair<TokenKey, TokenEntry>(key, stored)));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TokenCacheItem> ListAsync(
        TokenFilter? filter = null,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // There is nothing to wait for. The dictionary is enumerated directly, without a copy of all entries.
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (KeyValuePair<TokenKey, TokenEntry> stored in _entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (filter?.Includes(stored.Key) != false)
            {
                yield return new TokenCacheItem(stored.Key, stored.Value);
            }
        }
    }

    // A version is never used again, so the entry that is replaced is the entry that was found.
    private TokenEntry? EntryAt(TokenKey key, string version) =>
        _entries.TryGetValue(key, out TokenEntry? stored) && string.Equals(stored.Version, version, StringComparison.Ordinal) ? stored : null;
}
