using System.Globalization;

namespace Visma.Connect.Sdk.Testing.TokenCache;

/// <summary>A listing contains each stored entry that its filter includes, once.</summary>
internal static class ListingChecks
{
    // Most engines need more than two pages for this number.
    private const int Many = 450;

    private const string LeftOut = "a connection is left out when all are renewed, copied or encrypted with a new key, and is lost";

    public static IReadOnlyList<TokenCacheCheck> All { get; } =
    [
        new("A listing contains every entry exactly once, also when there are many", LeftOut, EverythingAsync),
        new(
            "A listing with a filter contains exactly the entries that the filter includes",
            "an operator sees the connections of another client, or misses some of this one",
            FilterAsync),
        new("An unchanged entry is listed once while other entries are added, changed and removed", LeftOut, ChangesAsync),
    ];

    private static async Task EverythingAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(2).ConfigureAwait(false);
        Dictionary<TokenKey, TokenEntry> entries = await trial.FillAsync(caches[0], Keys(trial.Client, Many)).ConfigureAwait(false);
        foreach (ITokenCache cache in caches)
        {
            Listing.ExpectExactly(trial, entries, await Listing.OfClientAsync(trial, cache, trial.Client).ConfigureAwait(false), $"a listing of {Many}");
        }
    }

    private static async Task FilterAsync(TokenCacheTrial trial)
    {
        ITokenCache cache = await trial.OpenAsync().ConfigureAwait(false);
        TokenFilter ours = new() { Client = trial.Client };
        string other = trial.Client + "-other";
        Dictionary<TokenKey, TokenEntry> entries = await trial.FillAsync(
            cache,
            [.. Keys(other, Many / 2), .. Keys(trial.Client, Many / 2)]).ConfigureAwait(false);

        await ExpectAsync(new TokenFilter(), "a listing with an empty filter").ConfigureAwait(false);
        await ExpectAsync(new TokenFilter { ConnectionsOnly = true }, "a listing of connections").ConfigureAwait(false);
        await ExpectAsync(new TokenFilter { Client = trial.Client }, "a listing of one client").ConfigureAwait(false);
        await ExpectAsync(new TokenFilter { Client = trial.Client.ToUpperInvariant() }, "a listing of one client, named in upper case").ConfigureAwait(false);
        await ExpectAsync(new TokenFilter { Client = trial.Client, ConnectionsOnly = true }, "a listing of one client's connections").ConfigureAwait(false);
        await ExpectAsync(new TokenFilter { Client = trial.Client + "-unused" }, "a listing of a client without entries").ConfigureAwait(false);

        async Task ExpectAsync(TokenFilter filter, string where)
        {
            Dictionary<TokenKey, TokenEntry> included = entries.Where(pair => filter.Includes(pair.Key)).ToDictionary();
            List<TokenCacheItem> listed = [];
            await foreach (TokenCacheItem item in cache.ListAsync(filter, trial.Cancellation).ConfigureAwait(false))
            {
                trial.Expect(filter.Includes(item.Key), $"only keys that the filter includes in {where}", $"{item.Key}");
                if (ours.Includes(item.Key) || string.Equals(item.Key.Client, other, StringComparison.OrdinalIgnoreCase))
                {
                    listed.Add(item);
                }
            }

            Listing.ExpectExactly(trial, included, listed, where);
        }
    }

    private static async Task ChangesAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(2).ConfigureAwait(false);
        Dictionary<TokenKey, TokenEntry> entries = await trial.FillAsync(caches[0], Keys(trial.Client, Many)).ConfigureAwait(false);
        TokenKey[] keys = [.. entries.Keys];
        TokenFilter ours = new() { Client = trial.Client };
        HashSet<TokenKey> seen = [];
        HashSet<TokenKey> touched = [];
        int round = 0;
        await foreach (TokenCacheItem item in caches[0].ListAsync(ours, trial.Cancellation).ConfigureAwait(false))
        {
            trial.Expect(seen.Add(item.Key), $"{item.Key} once in a listing while other entries change", "it is listed twice");
            if (seen.Count % 10 == 1)
            {
                await TouchAsync(round++).ConfigureAwait(false);
            }
        }

        foreach (TokenKey stable in keys.Where(key => !touched.Contains(key)))
        {
            trial.Expect(seen.Contains(stable), $"{stable}, which did not change, in a listing while other entries change", "it is missing");
        }

        // The other instance adds an entry, changes one and removes one. Some of them are listed already, some are not.
        async Task TouchAsync(int round)
        {
            TokenKey added = trial.Connection(string.Create(CultureInfo.InvariantCulture, $"added-{round}"));
            await trial.CreateAsync(caches[1], added, SampleEntry.Plain()).ConfigureAwait(false);
            TokenKey changed = Next(round * 4);
            await trial.SwapAsync(caches[1], changed, SampleEntry.NextAttempt(entries[changed]), entries[changed].Version).ConfigureAwait(false);
            TokenKey removed = Next((round * 4) + 2);
            await trial.RemoveAsync(caches[1], removed, entries[removed].Version).ConfigureAwait(false);
        }

        TokenKey Next(int index)
        {
            TokenKey key = keys[index % keys.Length];
            touched.Add(key);
            return key;
        }
    }

    // Connections and service tokens alternate, so that each page has both.
    private static IEnumerable<TokenKey> Keys(string client, int count) => Enumerable.Range(0, count)
        .Select(number => number.ToString(CultureInfo.InvariantCulture))
        .Select((name, index) => index % 2 == 0 ? TokenKey.ForConnection(client, name) : TokenKey.ForTenant(client, name));
}
