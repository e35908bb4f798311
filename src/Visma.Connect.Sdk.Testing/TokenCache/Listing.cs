namespace Visma.Connect.Sdk.Testing.TokenCache;

/// <summary>Reads a listing and compares it with the expected entries.</summary>
internal static class Listing
{
    /// <summary>All entries of one client, read from a listing without a filter. The storage may hold entries of other clients.</summary>
    public static Task<IReadOnlyList<TokenCacheItem>> OfClientAsync(TokenCacheTrial trial, ITokenCache cache, string client) =>
        ReadAsync(trial, cache, filter: null, only: new TokenFilter { Client = client });

    /// <summary>The entries of a listing that a second filter includes.</summary>
    public static async Task<IReadOnlyList<TokenCacheItem>> ReadAsync(TokenCacheTrial trial, ITokenCache cache, TokenFilter? filter, TokenFilter only)
    {
        List<TokenCacheItem> items = [];
        await foreach (TokenCacheItem item in cache.ListAsync(filter, trial.Cancellation).ConfigureAwait(false))
        {
            if (only.Includes(item.Key))
            {
                items.Add(item);
            }
        }

        return items;
    }

    /// <summary>Fails the check unless exactly these entries are listed, each once and with equal properties.</summary>
    public static void ExpectExactly(
        TokenCacheTrial trial,
        IReadOnlyDictionary<TokenKey, TokenEntry> expected,
        IReadOnlyList<TokenCacheItem> listed,
        string where)
    {
        HashSet<TokenKey> seen = [];
        foreach (TokenCacheItem item in listed)
        {
            trial.Expect(seen.Add(item.Key), $"{item.Key} once in {where}", "it is listed twice");
            trial.Expect(expected.TryGetValue(item.Key, out TokenEntry? entry), $"only the expected keys in {where}", $"{item.Key}");
            trial.ExpectSame(entry, item.Entry, $"{item.Key} in {where}");
        }

        trial.Expect(seen.Count == expected.Count, $"{expected.Count} entries in {where}", $"{seen.Count}");
    }
}
