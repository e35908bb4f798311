namespace Visma.Connect.Sdk.Testing;

/// <summary>The same when many instances act at once: a swap is one step, and never two.</summary>
internal static class RaceChecks
{
    private const int Instances = 8;
    private const int CallsOfEach = 2;
    private const int Rounds = 4;

    public static IReadOnlyList<TokenCacheCheck> All { get; } =
    [
        new("Of many saves of one version at once exactly one succeeds, and that one is stored", "a one-time refresh token is spent twice, and the connection ends", SavesAsync),
        new("Of many creations at once exactly one succeeds, and that one is stored", "of two consents at once the tokens of one vanish without a word", CreationsAsync),
        new("Of many removals at once exactly one succeeds", "two processes both take a disconnection for their own, and revoke the tokens of the next consent", RemovalsAsync),
        new("Of a save and a removal at once exactly one succeeds", "a customer disconnects, and the connection comes back to life", SaveOrRemovalAsync),
        new("Of many changes one after the other none is lost", "a renewed refresh token is overwritten by the one before, and the connection ends", IncrementsAsync),
    ];

    private static async Task SavesAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(Instances).ConfigureAwait(false);
        TokenKey key = trial.Connection();
        TokenEntry stored = SampleEntry.Plain();
        await trial.CreateAsync(caches[0], key, stored).ConfigureAwait(false);
        for (int round = 0; round < Rounds; round++)
        {
            stored = await OneWinsAsync(trial, caches, key, stored.Version, "saves of one version").ConfigureAwait(false);
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
        await trial.ExpectStoredAsync(caches[0], key, winner, $"after {saved.Length} {calls} at once: the one that was reported as done").ConfigureAwait(false);
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
            ExpectOne(trial, done, "saves and removals of one version");
            int winner = Array.IndexOf(done, true);
            await trial.ExpectStoredAsync(caches[0], key, IsSave(winner) ? entries[winner] : null, $"after the {(IsSave(winner) ? "save" : "removal")} that was reported as done").ConfigureAwait(false);
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
        trial.Expect(done.Sum() == Total, $"{Total} of {Total} changes get their turn", $"{done.Sum()}");
        trial.Expect(attempt == Total, $"{Total} changes are in what is stored", $"{attempt}");

        // Whoever is refused was beaten by a change that succeeded, so there are no more refusals than changes.
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
        trial.Expect(wins == 1, $"one of {results.Length} {calls} at once is reported as done", $"{wins}");
    }
}
