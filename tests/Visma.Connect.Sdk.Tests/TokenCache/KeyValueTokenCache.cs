using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Visma.Connect.Sdk.Tests.TokenCache;

// The example of docs/writing-a-token-cache.md, from here to the end; a test compares the two.
public sealed class KeyValueTokenCache(ConcurrentDictionary<string, KeyValueTokenCache.Row> rows, TokenEntrySerializer serializer) : ITokenCache
{
    public sealed record Row(string Version, byte[] Record);

    public ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default) =>
        new(rows.TryGetValue(key.ToStorageKey(), out Row? row) ? serializer.Deserialize(key, row.Version, row.Record) : null);

    public ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default)
    {
        string id = key.ToStorageKey();
        Row row = new(entry.Version, serializer.Serialize(key, entry));
        return new(ifVersion is null
            ? rows.TryAdd(id, row)
            : rows.TryGetValue(id, out Row? stored) && stored.Version == ifVersion && rows.TryUpdate(id, row, stored));
    }

    public ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default)
    {
        string id = key.ToStorageKey();
        return new(rows.TryGetValue(id, out Row? stored) && stored.Version == ifVersion && rows.TryRemove(new(id, stored)));
    }

    public async IAsyncEnumerable<TokenCacheItem> ListAsync(TokenFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask; // A real store is awaited, page by page.
        foreach ((string id, Row row) in rows)
        {
            if (TokenKey.TryFromStorageKey(id, out TokenKey? key) && filter?.Includes(key) != false)
            {
                yield return serializer.DeserializeItem(key, row.Version, row.Record);
            }
        }
    }
}
