namespace Visma.Connect.Sdk.Testing.TokenCache;

/// <summary>When many instances act at the same time, the comparison of the version and the change are one step.</summary>
internal static class RaceChecks
{
    private const int Instances = 8;
    private const int CallsOfEach = 2;
    private const int Rounds = 4;

    public static IReadOnlyList<TokenCacheCheck> All { get; } =
    [
        new(
            "Exactly one of many simultaneous saves over one version succeeds, and its entry is stored",
            "a one-time refresh token is sent twice, and the connection ends",
            SavesAsync),
        new(
            "Exactly one of many simultaneous creations succeeds, and its entry is stored",
            "two consents arrive at the same time, and the tokens of one are lost without an error",
            CreationsAsync),
        new(
            "Exactly one of many simultaneous removals succeeds",
            "two processes both believe that they have ended a connection, and one of them revokes the tokens of the next consent",
            RemovalsAsync),
        new("Exactly one of a simultaneous save and removal succeeds", "a customer disconnects, and the connection is stored again", SaveOrRemovalAsync),
        new(
            "No change is lost when many instances change one entry in turn",
            "a new refresh token is overwritten by the previous one, and the connection ends",
            IncrementsAsync),
    ];

    private static async Task SavesAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(Instances).ConfigureAwait(false);
        TokenKey key = trial.Connection();
        TokenEntry stored = SampleEntry.Plain();
        await trial.CreateAsync(caches[0], key, stored).ConfigureAwait(false);
        for (int round = 0; round < Rounds; round++)
        {
            stored = await OneWinsAsync(trial, caches, key, stored.Version, "saves over one version").ConfigureAwait(false);
        }
    }

    private static async Task CreationsAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(Instances).ConfigureAwait(false);
        for (int round = 0; round < Rounds; round++)
        {
            await OneWinsAsync(trial, caches, trial.Connection($"customer-{round}"), ifVersion: null, "creations").ConfigureAwait(false);
        }
    }

    private static async Task<TokenEntry> OneWinsAsync(TokenCacheTrial trial, ITokenCache[] caches, TokenKey key, string? ifVersion, string calls)
    {
        TokenEntry[] entries = [.. Callers(caches).Select(_ => SampleEntry.Plain())];
        bool[] saved = await Race.RunAsync(Callers(caches).Select<ITokenCache, Func<ValueTask<bool>>>(
            (cache, index) => () => cache.SaveAsync(key, entries[index], ifVersion, trial.Cancellation))).ConfigureAwait(false);
        ExpectOne(trial, saved, calls);
        TokenEntry winner = entries[Array.IndexOf(saved, true)];
        await trial.ExpectStoredAsync(caches[0], key, winner, $"after {saved.Length} simultaneous {calls}, of which one returned true").ConfigureAwait(false);
        return winner;
    }

    private static async Task RemovalsAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(Instances).ConfigureAwait(false);
        TokenKey key = trial.Connection();
        for (int round = 0; round < Rounds; round++)
        {
            TokenEntry entry = SampleEntry.Plain();
            await trial.CreateAsync(caches[0], key, entry).ConfigureAwait(false);
            bool[] removed = await Race.RunAsync(Callers(caches).Select<ITokenCache, Func<ValueTask<bool>>>(
                cache => () => cache.RemoveAsync(key, entry.Version, trial.Cancellation))).ConfigureAwait(false);
            ExpectOne(trial, removed, "removals");
            await trial.ExpectStoredAsync(caches[0], key, entry: null, "after its removal").ConfigureAwait(false);
        }
    }

    private static async Task SaveOrRemovalAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(Instances).ConfigureAwait(false);
        for (int round = 0; round < Rounds; round++)
        {
            TokenKey key = trial.Connection($"customer-{round}");
            TokenEntry before = SampleEntry.Plain();
            TokenEntry[] entries = [.. Callers(caches).Select(_ => SampleEntry.Plain())];
            await trial.CreateAsync(caches[0], key, before).ConfigureAwait(false);
            bool[] done = await Race.RunAsync(Callers(caches).Select<ITokenCache, Func<ValueTask<bool>>>((cache, index) => IsSave(index)
                ? () => cache.SaveAsync(key, entries[index], before.Version, trial.Cancellation)
                : () => cache.RemoveAsync(key, before.Version, trial.Cancellation))).ConfigureAwait(false);
            ExpectOne(trial, done, "saves and removals over one version");
            int winner = Array.IndexOf(done, true);
            await trial.ExpectStoredAsync(
                caches[0],
                key,
                IsSave(winner) ? entries[winner] : null,
                $"after the {(IsSave(winner) ? "save" : "removal")} that returned true").ConfigureAwait(false);
        }

        static bool IsSave(int index) => index % 2 == 0;
    }

    private static async Task IncrementsAsync(TokenCacheTrial trial)
    {
        const int IncrementsOfEach = 5;
        const int Total = Instances * IncrementsOfEach;
        ITokenCache[] caches = await trial.OpenAsync(Instances).ConfigureAwait(false);
        TokenKey key = trial.Connection();
        await trial.CreateAsync(caches[0], key, SampleEntry.Plain()).ConfigureAwait(false);

        int[] done = await Race.RunAsync(caches.Select<ITokenCache, Func<ValueTask<int>>>(cache => () => IncrementAsync(cache))).ConfigureAwait(false);

        long? attempt = (await caches[0].GetAsync(key, trial.Cancellation).ConfigureAwait(false))?.Attempt;
        trial.Expect(done.Sum() == Total, $"{Total} of {Total} changes succeed", $"{done.Sum()}");
        trial.Expect(attempt == Total, $"the stored entry shows {Total} changes", $"{attempt}");

        // A change is refused only when another one succeeded first. So more refusals than changes mean that the cache does not work.
        async ValueTask<int> IncrementAsync(ITokenCache cache)
        {
            int saved = 0;
            int refused = 0;
            while (saved < IncrementsOfEach && refused <= Total)
            {
                bool isSaved = await cache.GetAsync(key, trial.Cancellation).ConfigureAwait(false) is { } read
                    && await cache.SaveAsync(key, SampleEntry.NextAttempt(read), read.Version, trial.Cancellation).ConfigureAwait(false);
                (saved, refused) = isSaved ? (saved + 1, refused) : (saved, refused + 1);
            }

            return saved;
        }
    }

    private static IEnumerable<ITokenCache> Callers(ITokenCache[] caches) => Enumerable.Range(0, CallsOfEach).SelectMany(_ => caches);

    private static void ExpectOne(TokenCacheTrial trial, bool[] results, string calls)
    {
        int wins = results.Count(isDone => isDone);
        trial.Expect(wins == 1, $"one of {results.Length} simultaneous {calls} returns true", $"{wins}");
    }
}
