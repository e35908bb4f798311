namespace Visma.Connect.Sdk.Testing.TokenCache;

/// <summary>
/// Each key has its own entry, also where a database's collation, a file name or a search pattern would confuse two keys.
/// </summary>
internal static class KeyChecks
{
    private const string Mixed = "a call for one customer is made with the tokens of another customer";

    private const int LongName = 2000;
    private const int ManyScopes = 60;

    // Some rule makes each name equal to another one: case, white space, accents, width, ligatures, ignored characters, patterns, quotes,
    // paths.
    private static readonly string[] Names =
    [
        "customer", "Customer", "CUSTOMER", "customer ", " customer", "customer  ", "customer\t", "customer\n", "customer\u00a0", "customer\0",
        "caf\u00e9", "cafe\u0301", "cafe", "CAF\u00c9", "stra\u00dfe", "strasse", "stra\u1e9ee", "\u00e6", "ae", "\ufb01n", "fin",
        "\uff43ustomer", "cus\u200btomer", "\ufeffcustomer", "cus\u00adtomer", "custo-mer", "i", "I", "\u0130", "\u0131", "\ud83d\udd11", "\ud83d\udd12",
        "1", "01", "\uff11", "c%", "%", "_", "c_stomer", "*", "?", "c*", "[c]ustomer", "'", "''", "\"", "customer'--", "\\", "\\\\", "/", "a/b",
        "a\\b", "a%2Fb", "a%2fb",
        "a:b", "a|b", "{a}", ".", "..", "null",
    ];

    public static IReadOnlyList<TokenCacheCheck> All { get; } =
    [
        new("Connections are compared byte for byte", Mixed, trial => ApartAsync(trial, Names.Select(name => TokenKey.ForConnection(trial.Client, name)))),
        new("Tenants are compared byte for byte", Mixed, trial => ApartAsync(trial, Names.Select(name => TokenKey.ForTenant(trial.Client, name)))),
        new(
            "A client, a tenant, a connection and a claim of the same name are four keys",
            "a service acts for a company with a user's token, or a user with a service's token",
            KindsAsync),
        new(
            "Keys with different scopes are different, and upper and lower case of a scope too",
            "a call is made with more rights than the application asked for",
            ScopesAsync),
        new("The parts of a key are kept apart, whatever characters they contain", Mixed, PartsAsync),
        new("Names of clients are compared without case", "a customer is connected for 'erp' and not for 'Erp', and has to consent twice", ClientCaseAsync),
        new("Long keys are compared in full", Mixed, LongAsync),
    ];

    private static Task KindsAsync(TokenCacheTrial trial) => ApartAsync(
        trial,
        [
            TokenKey.ForClient(trial.Client),
            TokenKey.ForClient(trial.Client + "x"),
            TokenKey.ForTenant(trial.Client, trial.Client),
            TokenKey.ForConnection(trial.Client, trial.Client),
            TokenKey.ForTenant(trial.Client, "a1b2"),
            TokenKey.ForConnection(trial.Client, "a1b2"),
            TokenKey.ForClient(trial.Client + "a1b2"),
            TokenKey.ForTenant(trial.Client, "connection"),
            TokenKey.ForConnection(trial.Client, "connection"),
            TokenKey.FromStorageKey($"claim/{trial.Client}/{trial.Client}"),
            TokenKey.FromStorageKey($"claim/{trial.Client}/a1b2"),
        ]);

    private static Task ScopesAsync(TokenCacheTrial trial) => ApartAsync(
        trial,
        from key in (TokenKey[])[TokenKey.ForClient(trial.Client), TokenKey.ForTenant(trial.Client, "a1b2"), TokenKey.ForTenant(trial.Client, "read")]
        from scopes in (string[][])[[], ["read"], ["Read"], ["READ"], ["read", "write"], ["read", "Write"], ["write"], ["read", "writ"],
            ["readwrite"], ["read,write"], ["read+write"], ["read%20write"]]
        select key.WithScopes(scopes));

    private static Task PartsAsync(TokenCacheTrial trial) => ApartAsync(
        trial,
        from separator in (string[])["/", ":", "|", " ", "-", "_", ",", ";", ".", "\0", "\u001f", "%2F", ""]
        from parts in (string[])["a", "b"]
        from key in (TokenKey[])
        [
            TokenKey.ForConnection(trial.Client + separator + parts, "c"),
            TokenKey.ForConnection(trial.Client, parts + separator + "c"),
            TokenKey.ForTenant(trial.Client + separator + parts, "c"),
            TokenKey.ForTenant(trial.Client, parts + separator + "c"),
            TokenKey.ForTenant(trial.Client, parts).WithScopes("c"),
        ]
        select key);

    private static Task LongAsync(TokenCacheTrial trial)
    {
        string name = string.Concat(Enumerable.Repeat("lång-kund ", LongName / 10))[..^1];
        IReadOnlyList<string> scopes = SampleEntry.Scopes(ManyScopes);
        TokenKey tenant = TokenKey.ForTenant(trial.Client, "a1b2");
        return ApartAsync(
            trial,
            [
                TokenKey.ForConnection(trial.Client, name + "a"),
                TokenKey.ForConnection(trial.Client, name + "b"),
                TokenKey.ForConnection(trial.Client, name),
                TokenKey.ForTenant(trial.Client, name + "a"),
                TokenKey.ForTenant(trial.Client, name + "b"),
                tenant.WithScopes(scopes),
                tenant.WithScopes(scopes.Take(ManyScopes - 1)),
                tenant.WithScopes([.. scopes.Take(ManyScopes - 1), "x"]),
            ]);
    }

    // Each key has its own entry, is listed with it, and is removed without the others.
    private static async Task ApartAsync(TokenCacheTrial trial, IEnumerable<TokenKey> keys)
    {
        TokenKey[] all = [.. keys.Distinct()];
        ITokenCache[] caches = await trial.OpenAsync(2).ConfigureAwait(false);
        Dictionary<TokenKey, TokenEntry> entries = await trial.FillAsync(caches[0], all).ConfigureAwait(false);
        await ExpectEachAsync("while similar keys have entries").ConfigureAwait(false);

        List<TokenCacheItem> listed = [];
        foreach (string client in all.Select(key => key.Client).Distinct())
        {
            listed.AddRange(await Listing.OfClientAsync(trial, caches[1], client).ConfigureAwait(false));
        }

        Listing.ExpectExactly(trial, entries, listed, "a listing");
        foreach (TokenKey removed in all.Where((_, index) => index % 2 == 0))
        {
            await trial.RemoveAsync(caches[1], removed, entries[removed].Version).ConfigureAwait(false);
            entries.Remove(removed);
        }

        await ExpectEachAsync("after entries of similar keys were removed").ConfigureAwait(false);

        async Task ExpectEachAsync(string when)
        {
            foreach (TokenKey key in all)
            {
                await trial.ExpectStoredAsync(caches[1], key, entries.GetValueOrDefault(key), when).ConfigureAwait(false);
            }
        }
    }

    private static async Task ClientCaseAsync(TokenCacheTrial trial)
    {
        // Letters of ASCII, Latin, Greek and Cyrillic.
        string lower = trial.Client + "-\u00e5\u03bb\u0436";
        string upper = lower.ToUpperInvariant();
        ITokenCache cache = await trial.OpenAsync().ConfigureAwait(false);
        foreach ((TokenKey one, TokenKey other) in ((TokenKey, TokenKey)[])
            [
                (TokenKey.ForConnection(lower, "customer-42"), TokenKey.ForConnection(upper, "customer-42")),
                (TokenKey.ForTenant(lower, "a1b2"), TokenKey.ForTenant(upper, "a1b2")),
                (TokenKey.ForClient(lower), TokenKey.ForClient(upper)),
            ])
        {
            TokenEntry first = SampleEntry.Plain();
            TokenEntry second = SampleEntry.Plain();
            await trial.CreateAsync(cache, trial.Used(one), first).ConfigureAwait(false);
            await trial.ExpectStoredAsync(cache, other, first, "after a save with the client's name in lower case").ConfigureAwait(false);
            await trial.RefuseSaveAsync(cache, other, ifVersion: null, "there is an entry under the client's name in lower case").ConfigureAwait(false);
            await trial.SwapAsync(cache, other, second, first.Version).ConfigureAwait(false);
            await trial.ExpectStoredAsync(cache, one, second, "after a save with the client's name in upper case").ConfigureAwait(false);
        }

        IReadOnlyList<TokenCacheItem> listed = await Listing.OfClientAsync(trial, cache, upper).ConfigureAwait(false);
        trial.Expect(listed.Count == 3, "three entries in the listing", $"{listed.Count}");
    }
}
