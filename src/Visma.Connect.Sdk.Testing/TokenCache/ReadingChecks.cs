namespace Visma.Connect.Sdk.Testing.TokenCache;

/// <summary>A saved entry is read with all properties, by all instances, and until it is changed or removed.</summary>
internal static class ReadingChecks
{
    public static IReadOnlyList<TokenCacheCheck> All { get; } =
    [
        new("A key without an entry is read as null", "a customer who never connected counts as connected", NothingAsync),
        new(
            "An entry is read by every other instance, with every property",
            "a token is used after its expiry or for another company, or two processes renew it at the same time",
            trial => ComesThroughAsync(trial, SampleEntry.Full)),
        new(
            "A property that is null or empty is read as null or empty",
            "a service token counts as a user's token, or a working connection counts as ended",
            trial => ComesThroughAsync(trial, SampleEntry.Plain)),
        new(
            "Large tokens are stored in full",
            "the API refuses a token with many scopes, and a refresh token that was cut off is lost",
            trial => ComesThroughAsync(trial, SampleEntry.Large)),
        new("An entry is read with the version that it was saved with", "no renewal can be saved, so each new refresh token is lost", VersionAsync),
        new(
            "Every instance reads a change as soon as it is reported as done",
            "a refresh token that was used already is sent again, and the connection ends",
            ChangeAsync),
        new("An entry is read by an instance that is opened later", "after a restart of the application, every customer has to consent again", LaterAsync),
        new("The entry of a connection stays, also when its tokens expired long ago", "a customer who was away for a month has to consent again", ExpiredAsync),
    ];

    private static async Task NothingAsync(TokenCacheTrial trial)
    {
        ITokenCache cache = await trial.OpenAsync().ConfigureAwait(false);
        await trial.ExpectStoredAsync(cache, trial.Connection(), entry: null, "before any save").ConfigureAwait(false);
        await trial.ExpectStoredAsync(cache, trial.Used(TokenKey.ForTenant(trial.Client, "customer-42")), entry: null, "before any save").ConfigureAwait(false);
    }

    // An engine may use different commands to create and to change an entry, and to read and to list it. This check uses all four.
    private static async Task ComesThroughAsync(TokenCacheTrial trial, Func<TokenEntry> make)
    {
        ITokenCache[] caches = await trial.OpenAsync(2).ConfigureAwait(false);
        TokenKey created = trial.Connection("created");
        TokenKey changed = trial.Connection("changed");
        Dictionary<TokenKey, TokenEntry> entries = new() { [created] = make(), [changed] = make() };
        TokenEntry before = SampleEntry.Plain();
        await trial.CreateAsync(caches[0], created, entries[created]).ConfigureAwait(false);
        await trial.CreateAsync(caches[0], changed, before).ConfigureAwait(false);
        await trial.SwapAsync(caches[0], changed, entries[changed], before.Version).ConfigureAwait(false);
        foreach (ITokenCache cache in caches)
        {
            await trial.ExpectStoredAsync(cache, created, entries[created], "after its creation").ConfigureAwait(false);
            await trial.ExpectStoredAsync(cache, changed, entries[changed], "after its change").ConfigureAwait(false);
        }

        Listing.ExpectExactly(trial, entries, await Listing.OfClientAsync(trial, caches[1], trial.Client).ConfigureAwait(false), "a listing");
    }

    private static async Task VersionAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(2).ConfigureAwait(false);
        TokenKey key = trial.Connection();
        TokenEntry entry = SampleEntry.Plain();
        await trial.CreateAsync(caches[0], key, entry).ConfigureAwait(false);
        for (int change = 0; change < 3; change++)
        {
            string? read = (await caches[1].GetAsync(key, trial.Cancellation).ConfigureAwait(false))?.Version;
            trial.Expect(read == entry.Version, $"version {entry.Version}", $"version {read}");
            TokenEntry next = SampleEntry.NextAttempt(entry);
            await trial.SwapAsync(caches[1], key, next, entry.Version).ConfigureAwait(false);
            entry = next;
        }
    }

    private static async Task ChangeAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(3).ConfigureAwait(false);
        TokenKey key = trial.Connection();
        await ExpectEverywhereAsync(null, "before its creation").ConfigureAwait(false);

        TokenEntry first = SampleEntry.Full();
        await trial.CreateAsync(caches[0], key, first).ConfigureAwait(false);
        await ExpectEverywhereAsync(first, "after its creation").ConfigureAwait(false);

        TokenEntry second = SampleEntry.Plain();
        await trial.SwapAsync(caches[1], key, second, first.Version).ConfigureAwait(false);
        await ExpectEverywhereAsync(second, "after its change").ConfigureAwait(false);

        await trial.RemoveAsync(caches[2], key, second.Version).ConfigureAwait(false);
        await ExpectEverywhereAsync(null, "after its removal").ConfigureAwait(false);

        async Task ExpectEverywhereAsync(TokenEntry? entry, string when)
        {
            foreach (ITokenCache cache in caches)
            {
                await trial.ExpectStoredAsync(cache, key, entry, when).ConfigureAwait(false);
            }
        }
    }

    private static async Task LaterAsync(TokenCacheTrial trial)
    {
        TokenKey key = trial.Connection();
        TokenEntry first = SampleEntry.Plain();
        await trial.CreateAsync(await trial.OpenAsync().ConfigureAwait(false), key, first).ConfigureAwait(false);
        ITokenCache later = await trial.OpenAsync().ConfigureAwait(false);
        await trial.ExpectStoredAsync(later, key, first, "in an instance that was opened after its creation").ConfigureAwait(false);

        TokenEntry second = SampleEntry.Full();
        await trial.SwapAsync(later, key, second, first.Version).ConfigureAwait(false);
        ITokenCache last = await trial.OpenAsync().ConfigureAwait(false);
        await trial.ExpectStoredAsync(last, key, second, "in an instance that was opened after its change").ConfigureAwait(false);

        await trial.RemoveAsync(last, key, second.Version).ConfigureAwait(false);
        await trial.ExpectStoredAsync(
            await trial.OpenAsync().ConfigureAwait(false),
            key,
            entry: null,
            "in an instance that was opened after its removal").ConfigureAwait(false);
    }

    private static async Task ExpiredAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(2).ConfigureAwait(false);
        TokenKey key = trial.Connection();
        TokenEntry entry = SampleEntry.LongExpired();
        await trial.CreateAsync(caches[0], key, entry).ConfigureAwait(false);
        await trial.ExpectStoredAsync(caches[1], key, entry, "with an access token that expired in 1970").ConfigureAwait(false);

        TokenEntry next = SampleEntry.NextAttempt(entry);
        await trial.SwapAsync(caches[1], key, next, entry.Version).ConfigureAwait(false);
        await trial.ExpectStoredAsync(caches[0], key, next, "with an access token that expired in 1970").ConfigureAwait(false);

        IReadOnlyList<TokenCacheItem> listed = await Listing.OfClientAsync(trial, caches[0], trial.Client).ConfigureAwait(false);
        trial.Expect(listed.Count == 1, "one entry in the listing", $"{listed.Count}");
    }
}
