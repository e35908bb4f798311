using System.Collections.Concurrent;

namespace Visma.Connect.Sdk;

/// <summary>Tokens in the memory of this process, the default: nothing survives a restart, nothing is shared, nothing is evicted.</summary>
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
        ArgumentNullException.ThrowIfNull(entry);
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
        // Nothing to wait for: the entries are at hand, and a page of them costs no copy of all.
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

    // Two entries of one version are one entry, so what is swapped is what was found.
    private TokenEntry? EntryAt(TokenKey key, string version) =>
        _entries.TryGetValue(key, out TokenEntry? stored) && string.Equals(stored.Version, version, StringComparison.Ordinal) ? stored : null;
}
