namespace Visma.Connect.Sdk.Testing;

/// <summary>A save or removal happens only over the version that it names.</summary>
internal static class SwapChecks
{
    public static IReadOnlyList<TokenCacheCheck> All { get; } =
    [
        new("Of two creations the first wins", "of two consents at once the tokens of one vanish without a word", CreationAsync),
        new("A save needs the version that is stored", "a process overwrites tokens that it has not seen, and the only good refresh token is lost", SaveAsync),
        new("A removal needs the version that is stored", "ending an old connection takes away the customer's new consent", RemovalAsync),
        new("A save or removal that was refused leaves what is stored as it is", "the loser of a race destroys the tokens of the winner", RefusedAsync),
        new("An old version never works again, not even after a removal", "a process that slept through a disconnection brings spent tokens back", OldVersionAsync),
        new("Versions compare exactly, to the last character", "a swap succeeds that must not, and the only good refresh token is lost", ExactVersionAsync),
    ];

    private static async Task CreationAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(2).ConfigureAwait(false);
        TokenKey key = trial.Connection();
        TokenEntry first = SampleEntry.Plain();
        await trial.CreateAsync(caches[0], key, first).ConfigureAwait(false);
        foreach (ITokenCache cache in caches)
        {
            await trial.RefuseSaveAsync(cache, key, ifVersion: null, "there is an entry already").ConfigureAwait(false);
        }

        await trial.ExpectStoredAsync(caches[1], key, first, "after a second creation").ConfigureAwait(false);
    }

    private static async Task SaveAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(2).ConfigureAwait(false);
        TokenKey key = trial.Connection();
        await trial.RefuseSaveAsync(caches[0], key, SampleEntry.NewVersion(), "there is no entry").ConfigureAwait(false);
        await trial.ExpectStoredAsync(caches[1], key, entry: null, "after a save that named a version of it").ConfigureAwait(false);

        TokenEntry first = SampleEntry.Plain();
        TokenEntry second = SampleEntry.Plain();
        await trial.CreateAsync(caches[0], key, first).ConfigureAwait(false);
        await trial.RefuseSaveAsync(caches[1], key, SampleEntry.NewVersion(), "another version is stored").ConfigureAwait(false);
        await trial.SwapAsync(caches[1], key, second, first.Version).ConfigureAwait(false);
        await trial.RefuseSaveAsync(caches[0], key, first.Version, "a newer version is stored").ConfigureAwait(false);
        await trial.ExpectStoredAsync(caches[0], key, second, "after a save of the version before").ConfigureAwait(false);
    }

    private static async Task RemovalAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(2).ConfigureAwait(false);
        TokenKey key = trial.Connection();
        TokenEntry entry = SampleEntry.Plain();
        await trial.RefuseRemovalAsync(caches[0], key, entry.Version, "there is no entry").ConfigureAwait(false);
        await trial.CreateAsync(caches[0], key, entry).ConfigureAwait(false);
        await trial.RefuseRemovalAsync(caches[1], key, SampleEntry.NewVersion(), "another version is stored").ConfigureAwait(false);
        await trial.ExpectStoredAsync(caches[0], key, entry, "after a removal of another version").ConfigureAwait(false);

        await trial.RemoveAsync(caches[1], key, entry.Version).ConfigureAwait(false);
        await trial.ExpectStoredAsync(caches[0], key, entry: null, "after its removal").ConfigureAwait(false);
        await trial.RefuseRemovalAsync(caches[0], key, entry.Version, "it was removed already").ConfigureAwait(false);
    }

    private static async Task RefusedAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(2).ConfigureAwait(false);
        TokenKey key = trial.Connection();
        TokenEntry entry = SampleEntry.Full();
        await trial.CreateAsync(caches[0], key, entry).ConfigureAwait(false);

        await caches[1].SaveAsync(key, SampleEntry.Plain(), ifVersion: null, trial.Cancellation).ConfigureAwait(false);
        await trial.ExpectStoredAsync(caches[0], key, entry, "after a second creation").ConfigureAwait(false);
        await caches[1].SaveAsync(key, SampleEntry.Plain(), SampleEntry.NewVersion(), trial.Cancellation).ConfigureAwait(false);
        await trial.ExpectStoredAsync(caches[0], key, entry, "after a save of another version").ConfigureAwait(false);
        await caches[1].RemoveAsync(key, SampleEntry.NewVersion(), trial.Cancellation).ConfigureAwait(false);
        await trial.ExpectStoredAsync(caches[0], key, entry, "after a removal of another version").ConfigureAwait(false);
    }

    private static async Task OldVersionAsync(TokenCacheTrial trial)
    {
        const int Rounds = 4;
        ITokenCache[] caches = await trial.OpenAsync(2).ConfigureAwait(false);
        TokenKey key = trial.Connection();
        List<string> old = [];
        for (int round = 0; round < Rounds; round++)
        {
            TokenEntry first = SampleEntry.Plain();
            TokenEntry second = SampleEntry.Plain();
            await trial.CreateAsync(caches[0], key, first).ConfigureAwait(false);
            await RefuseOldAsync("another version is stored").ConfigureAwait(false);
            await trial.SwapAsync(caches[1], key, second, first.Version).ConfigureAwait(false);
            old.Add(first.Version);
            await RefuseOldAsync("a newer version is stored").ConfigureAwait(false);
            await trial.RemoveAsync(caches[0], key, second.Version).ConfigureAwait(false);
            old.Add(second.Version);
            await RefuseOldAsync("the entry was removed").ConfigureAwait(false);
        }

        async Task RefuseOldAsync(string because)
        {
            foreach (string version in old)
            {
                await trial.RefuseSaveAsync(caches[1], key, version, because).ConfigureAwait(false);
                await trial.RefuseRemovalAsync(caches[1], key, version, because).ConfigureAwait(false);
            }
        }
    }

    private static async Task ExactVersionAsync(TokenCacheTrial trial)
    {
        // As long as a version may be.
        string stem = SampleEntry.NewVersion() + "a-Z_0.9x~a-Z_0.9x~a-Z_0.9x~aaZZ";
        string stored = stem + "a";
        ITokenCache cache = await trial.OpenAsync().ConfigureAwait(false);
        TokenKey key = trial.Connection();
        TokenEntry entry = SampleEntry.OfVersion(stored);
        await trial.CreateAsync(cache, key, entry).ConfigureAwait(false);
        foreach (string other in (string[])[stem + "A", stem + "b", stem, stored + " ", " " + stored, stored.ToUpperInvariant(), stem + "%", "%", "_", "*", ""])
        {
            await trial.RefuseSaveAsync(cache, key, other, $"the stored version is '{stored}', not '{other}'").ConfigureAwait(false);
            await trial.RefuseRemovalAsync(cache, key, other, $"the stored version is '{stored}', not '{other}'").ConfigureAwait(false);
        }

        await trial.SwapAsync(cache, key, SampleEntry.Plain(), stored).ConfigureAwait(false);
    }
}
