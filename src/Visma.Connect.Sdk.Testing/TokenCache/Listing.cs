namespace Visma.Connect.Sdk.Testing;

/// <summary>What a cache lists.</summary>
internal static class Listing
{
    /// <summary>Everything of a client of the trial, by a listing of everything: what others have in the storage is left out.</summary>
    public static Task<IReadOnlyList<TokenCacheItem>> OfClientAsync(TokenCacheTrial trial, ITokenCache cache, string client) =>
        ReadAsync(trial, cache, filter: null, only: new TokenFilter { Client = client });

    /// <summary>What a filter lists, less what others have in the storage.</summary>
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

    /// <summary>Fails the check unless these are listed, each once and as they are, and nothing else.</summary>
    public static void ExpectExactly(TokenCacheTrial trial, IReadOnlyDictionary<TokenKey, TokenEntry> expected, IReadOnlyList<TokenCacheItem> listed, string where)
    {
        HashSet<TokenKey> seen = [];
        foreach (TokenCacheItem item in listed)
        {
            trial.Expect(seen.Add(item.Key), $"{item.Key} once in {where}", "it is listed again");
            trial.Expect(expected.TryGetValue(item.Key, out TokenEntry? entry), $"nothing in {where} but what belongs there", item.Key.ToString());
            trial.ExpectSame(entry, item.Entry, $"{item.Key} in {where}");
        }

        trial.Expect(seen.Count == expected.Count, $"{expected.Count} entries in {where}", $"{seen.Count}");
    }
}
