using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.TokenCache;

/// <summary>
/// Keeps tokens in the memory of this process. This is the default cache. Its entries are lost at a restart, are not shared with other processes, and
/// are never evicted, except that there are at most 100,000 claims (<see cref="SharedClaims"/>): the oldest is removed for the next one.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class MemoryTokenCache : ITokenCache
{
    // About 100 MB. Each genuine webhook of the last day is a claim.
    private const int MostClaims = 100_000;

    private readonly ConcurrentDictionary<TokenKey, TokenEntry> _entries = new();
    private readonly ClaimsInOrder _claims = new(MostClaims);

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
            ? key.IsClaim ? AddClaim(key, entry) : _entries.TryAdd(key, entry)
            : EntryAt(key, ifVersion) is { } stored && _entries.TryUpdate(key, entry, stored));
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ifVersion);
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<bool>(EntryAt(key, ifVersion) is { } stored && (key.IsClaim ? RemoveClaim(key, stored) : Remove(key, stored)));
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

    private bool AddClaim(TokenKey key, TokenEntry entry)
    {
        lock (_claims)
        {
            if (!_entries.TryAdd(key, entry))
            {
                return false;
            }

            if (_claims.Add(key) is { } oldest)
            {
                _entries.TryRemove(oldest, out _);
            }

            return true;
        }
    }

    private bool RemoveClaim(TokenKey key, TokenEntry stored)
    {
        lock (_claims)
        {
            if (!Remove(key, stored))
            {
                return false;
            }

            _claims.Remove(key);
            return true;
        }
    }

    private bool Remove(TokenKey key, TokenEntry stored) =>
        ((ICollection<KeyValuePair<TokenKey, TokenEntry>>)_entries).Remove(new KeyValuePair<TokenKey, TokenEntry>(key, stored));

    // A version is never used again, so the entry that is replaced is the entry that was found.
    private TokenEntry? EntryAt(TokenKey key, string version) =>
        _entries.TryGetValue(key, out TokenEntry? stored) && string.Equals(stored.Version, version, StringComparison.Ordinal) ? stored : null;
}
