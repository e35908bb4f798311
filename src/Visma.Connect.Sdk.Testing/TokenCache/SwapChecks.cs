namespace Visma.Connect.Sdk.Testing.TokenCache;

/// <summary>A save or removal is done only if the stored version is the version that it names.</summary>
internal static class SwapChecks
{
    public static IReadOnlyList<TokenCacheCheck> All { get; } =
    [
        new("A second creation of one key is refused", "two consents arrive at the same time, and the tokens of one are lost without an error", CreationAsync),
        new(
            "A save is refused unless it names the stored version",
            "a process overwrites tokens that it has not read, and the only valid refresh token is lost",
            SaveAsync),
        new("A removal is refused unless it names the stored version", "the end of an old connection removes the customer's new consent", RemovalAsync),
        new(
            "A refused save or removal does not change the entry",
            "of two processes that renew, the one that comes second destroys the tokens of the first",
            RefusedAsync),
        new(
            "An old version is never accepted again, also after a removal",
            "a process that missed the end of a connection stores its old tokens again",
            OldVersionAsync),
        new(
            "Versions are compared exactly, character by character",
            "a save succeeds that must be refused, and the only valid refresh token is lost",
            ExactVersionAsync),
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
        await trial.ExpectStoredAsync(caches[1], key, entry: null, "after a save that named a version although there was no entry").ConfigureAwait(false);

        TokenEntry first = SampleEntry.Plain();
        TokenEntry second = SampleEntry.Plain();
        await trial.CreateAsync(caches[0], key, first).ConfigureAwait(false);
        await trial.RefuseSaveAsync(caches[1], key, SampleEntry.NewVersion(), "another version is stored").ConfigureAwait(false);
        await trial.SwapAsync(caches[1], key, second, first.Version).ConfigureAwait(false);
        await trial.RefuseSaveAsync(caches[0], key, first.Version, "a newer version is stored").ConfigureAwait(false);
        await trial.ExpectStoredAsync(caches[0], key, second, "after a save that named the previous version").ConfigureAwait(false);
    }

    private static async Task RemovalAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(2).ConfigureAwait(false);
        TokenKey key = trial.Connection();
        TokenEntry entry = SampleEntry.Plain();
        await trial.RefuseRemovalAsync(caches[0], key, entry.Version, "there is no entry").ConfigureAwait(false);
        await trial.CreateAsync(caches[0], key, entry).ConfigureAwait(false);
        await trial.RefuseRemovalAsync(caches[1], key, SampleEntry.NewVersion(), "another version is stored").ConfigureAwait(false);
        await trial.ExpectStoredAsync(caches[0], key, entry, "after a removal that named another version").ConfigureAwait(false);

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
        await trial.ExpectStoredAsync(caches[0], key, entry, "after a save that named another version").ConfigureAwait(false);
        await caches[1].RemoveAsync(key, SampleEntry.NewVersion(), trial.Cancellation).ConfigureAwait(false);
        await trial.ExpectStoredAsync(caches[0], key, entry, "after a removal that named another version").ConfigureAwait(false);
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
        // The longest version that is allowed.
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
