using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>A cache over rows of bytes, as a durable one has them: what several of them share is the rows, and each has keys of its own.</summary>
public sealed class RecordCache(ConcurrentDictionary<string, (string Version, byte[] Record)> rows, TokenEntrySerializer serializer) : ITokenCache
{
    public ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(rows.TryGetValue(key.ToStorageKey(), out (string Version, byte[] Record) row) ? serializer.Deserialize(key, row.Version, row.Record) : null);

    public ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default)
    {
        lock (rows)
        {
            bool isAtVersion = VersionOf(key) == ifVersion;
            if (isAtVersion)
            {
                rows[key.ToStorageKey()] = (entry.Version, serializer.Serialize(key, entry));
            }

            return ValueTask.FromResult(isAtVersion);
        }
    }

    public ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default)
    {
        lock (rows)
        {
            return ValueTask.FromResult(VersionOf(key) == ifVersion && rows.TryRemove(key.ToStorageKey(), out _));
        }
    }

    public async IAsyncEnumerable<TokenCacheItem> ListAsync(
        TokenFilter? filter = null,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        foreach (TokenKey key in rows.Keys.Select(TokenKey.FromStorageKey).Where(key => filter?.Includes(key) != false))
        {
            yield return Item(key);
        }
    }

    private TokenCacheItem Item(TokenKey key)
    {
        (string version, byte[] record) = rows[key.ToStorageKey()];
        try
        {
            return new TokenCacheItem(key, serializer.Deserialize(key, version, record));
        }
        catch (UnreadableEntryException fault)
        {
            return new TokenCacheItem(key, fault);
        }
    }

    private string? VersionOf(TokenKey key) => rows.TryGetValue(key.ToStorageKey(), out (string Version, byte[] Record) row) ? row.Version : null;
}
