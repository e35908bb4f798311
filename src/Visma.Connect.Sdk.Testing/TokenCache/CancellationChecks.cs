namespace Visma.Connect.Sdk.Testing.TokenCache;

/// <summary>A cancelled call is done in full or not at all, and it never reports a result that is not true.</summary>
internal static class CancellationChecks
{
    private const string Lost = "tokens that a process believes to be saved are lost, and the connection ends";

    public static IReadOnlyList<TokenCacheCheck> All { get; } =
    [
        new("A cancelled save is stored in full or not at all", Lost, SaveAsync),
        new("A cancelled removal is done in full or not at all", "a customer disconnects, and the tokens stay", RemovalAsync),
        new("A cancelled read never returns null for a stored entry", "a customer who is connected is asked to consent again", ReadAsync),
    ];

    private static async Task SaveAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(2).ConfigureAwait(false);
        foreach (bool isCreation in (bool[])[true, false])
        {
            foreach (bool isCancelledBefore in (bool[])[true, false])
            {
                TokenKey key = trial.Connection($"customer-{isCreation}-{isCancelledBefore}");
                TokenEntry? before = isCreation ? null : SampleEntry.Plain();
                TokenEntry after = SampleEntry.Full();
                if (before is not null)
                {
                    await trial.CreateAsync(caches[0], key, before).ConfigureAwait(false);
                }

                bool? isSaved = await CancelledAsync(
                    trial,
                    isCancelledBefore,
                    cancelled => caches[0].SaveAsync(key, after, before?.Version, cancelled)).ConfigureAwait(false);
                trial.Expect(
                    isSaved != false,
                    "a cancelled save that names the stored version returns true or throws OperationCanceledException",
                    "it returned false");
                TokenEntry? left = await caches[1].GetAsync(key, trial.Cancellation).ConfigureAwait(false);
                bool isOld = isSaved is null && left?.Version == before?.Version;
                trial.ExpectSame(
                    isOld ? before : after,
                    left,
                    isSaved is null ? "the key after a cancelled save" : "the key after a cancelled save that returned true");
            }
        }
    }

    private static async Task RemovalAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(2).ConfigureAwait(false);
        foreach (bool isCancelledBefore in (bool[])[true, false])
        {
            TokenKey key = trial.Connection($"customer-{isCancelledBefore}");
            TokenEntry entry = SampleEntry.Full();
            await trial.CreateAsync(caches[0], key, entry).ConfigureAwait(false);
            bool? isRemoved = await CancelledAsync(
                trial,
                isCancelledBefore,
                cancelled => caches[0].RemoveAsync(key, entry.Version, cancelled)).ConfigureAwait(false);
            trial.Expect(
                isRemoved != false,
                "a cancelled removal that names the stored version returns true or throws OperationCanceledException",
                "it returned false");
            TokenEntry? left = await caches[1].GetAsync(key, trial.Cancellation).ConfigureAwait(false);
            bool isGone = isRemoved == true || left is null;
            trial.ExpectSame(
                isGone ? null : entry,
                left,
                isRemoved is null ? "the key after a cancelled removal" : "the key after a cancelled removal that returned true");
        }
    }

    private static async Task ReadAsync(TokenCacheTrial trial)
    {
        ITokenCache[] caches = await trial.OpenAsync(2).ConfigureAwait(false);
        TokenKey key = trial.Connection();
        TokenEntry entry = SampleEntry.Full();
        await trial.CreateAsync(caches[0], key, entry).ConfigureAwait(false);
        foreach (bool isCancelledBefore in (bool[])[true, false])
        {
            await CancelledAsync(trial, isCancelledBefore, async cancelled =>
            {
                trial.ExpectSame(entry, await caches[1].GetAsync(key, cancelled).ConfigureAwait(false), "the key in a cancelled read");
                return true;
            }).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Makes a call that is cancelled before it begins or while it runs. Returns its result, or null when it throws
    /// <see cref="OperationCanceledException"/>.
    /// </summary>
    private static async Task<bool?> CancelledAsync(TokenCacheTrial trial, bool isCancelledBefore, Func<CancellationToken, ValueTask<bool>> call)
    {
        using CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(trial.Cancellation);
        if (isCancelledBefore)
        {
            await source.CancelAsync().ConfigureAwait(false);
        }

        try
        {
            Task<bool> calling = call(source.Token).AsTask();
            await source.CancelAsync().ConfigureAwait(false);
            return await calling.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!trial.Cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
