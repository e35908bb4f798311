using System.Globalization;

namespace Visma.Connect.Sdk.Testing;

/// <summary>A listing shows what is stored: all of it, once, and what was asked for.</summary>
internal static class ListingChecks
{
    // More than two pages of most engines.
    private const int Many = 450;

    public static IReadOnlyList<TokenCacheCheck> All { get; } =
    [
        new("A listing has everything exactly once, however much it is", "a connection is left out when all are kept alive, moved or encrypted anew, and is lost", EverythingAsync),
        new("A filter lists what it includes, and nothing else", "connections of another client are shown to an operator, or those of this one are not", FilterAsync),
        new("What stands while others come, change and go is listed once", "a connection is left out when all are kept alive, moved or encrypted anew, and is lost", ChangesAsync),
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
        Dictionary<TokenKey, TokenEntry> entries = await trial.FillAsync(cache, [.. Keys(other, Many / 2), .. Keys(trial.Client, Many / 2)]).ConfigureAwait(false);

        await ExpectAsync(new TokenFilter(), "a listing without restriction").ConfigureAwait(false);
        await ExpectAsync(new TokenFilter { ConnectionsOnly = true }, "a listing of connections").ConfigureAwait(false);
        await ExpectAsync(new TokenFilter { Client = trial.Client }, "a listing of one client").ConfigureAwait(false);
        await ExpectAsync(new TokenFilter { Client = trial.Client.ToUpperInvariant() }, "a listing of one client, named in upper case").ConfigureAwait(false);
        await ExpectAsync(new TokenFilter { Client = trial.Client, ConnectionsOnly = true }, "a listing of one client's connections").ConfigureAwait(false);
        await ExpectAsync(new TokenFilter { Client = trial.Client + "-nobody" }, "a listing of a client without entries").ConfigureAwait(false);

        async Task ExpectAsync(TokenFilter filter, string where)
        {
            Dictionary<TokenKey, TokenEntry> included = entries.Where(pair => filter.Includes(pair.Key)).ToDictionary();
            List<TokenCacheItem> listed = [];
            await foreach (TokenCacheItem item in cache.ListAsync(filter, trial.Cancellation).ConfigureAwait(false))
            {
                trial.Expect(filter.Includes(item.Key), $"nothing in {where} but what belongs there", item.Key.ToString());
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
            trial.Expect(seen.Add(item.Key), $"{item.Key} once in a listing while others change", "it is listed again");
            if (seen.Count % 10 == 1)
            {
                await TouchAsync(round++).ConfigureAwait(false);
            }
        }

        foreach (TokenKey stable in keys.Where(key => !touched.Contains(key)))
        {
            trial.Expect(seen.Contains(stable), $"{stable} in a listing, which stood throughout", "it is left out");
        }

        // By the other instance: one entry comes, one changes, one goes. Some of them were listed already, some were not.
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

    // Connections and service tokens by turns, so that no page is of one kind.
    private static IEnumerable<TokenKey> Keys(string client, int count) => Enumerable.Range(0, count)
        .Select(number => number.ToString(CultureInfo.InvariantCulture))
        .Select((name, index) => index % 2 == 0 ? TokenKey.ForConnection(client, name) : TokenKey.ForTenant(client, name));
}
