namespace Visma.Connect.Sdk;

/// <summary>
/// Claims: entries of the token cache under a kind of key of their own (<see cref="TokenKey.IsClaim"/>). The insert succeeds in one process, and that
/// process does what the claim is for.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class StoredClaims(ConnectionCache cache)
{
    private const int Tries = 3;

    /// <summary>Stores a claim, or returns the claim that is stored already.</summary>
    /// <param name="key">The key of the claim.</param>
    /// <param name="own">The claim to store.</param>
    /// <param name="isOver">Whether a stored claim is over, so that the own one takes its place.</param>
    /// <param name="cacheOperation">The limit of an operation of the cache.</param>
    /// <returns>The stored claim: <paramref name="own"/>, or another one. Null if the cache neither saves a claim nor finds one.</returns>
    /// <exception cref="UnreadableEntryException">A claim is stored that this process cannot read.</exception>
    /// <exception cref="VismaConnectException">The cache failed.</exception>
    public async Task<TokenEntry?> ClaimAsync(TokenKey key, TokenEntry own, Func<TokenEntry, bool> isOver, TimeSpan cacheOperation)
    {
        VismaConnectException? failure = null;
        for (int tries = 0; tries < Tries; tries++)
        {
            try
            {
                TokenEntry? stored = await cache.GetAsync(key, cacheOperation).ConfigureAwait(false);
                if (stored is not null && !isOver(stored))
                {
                    return stored;
                }

                // If another claim came first, the next read returns it. A save that was reported as failed may be stored, and is then found too.
                if (await cache.SaveAsync(key, own, stored?.Version, cacheOperation).ConfigureAwait(false))
                {
                    return own;
                }
            }
            catch (VismaConnectException failed) when (failed is not UnreadableEntryException)
            {
                failure = failed;
            }
        }

        return failure is null ? null : throw failure;
    }

    /// <summary>Reads a claim; null if there is none.</summary>
    /// <exception cref="VismaConnectException">The cache failed.</exception>
    public Task<TokenEntry?> FindAsync(TokenKey key, TimeSpan cacheOperation) => cache.GetAsync(key, cacheOperation);

    /// <summary>Replaces a claim, if the cache works and the claim is still stored with the same owner.</summary>
    /// <returns>Whether it was replaced.</returns>
    public Task<bool> ReplaceAsync(TokenKey key, TokenEntry claim, Func<TokenEntry, TokenEntry> change, TimeSpan cacheOperation) =>
        ChangeAsync(
            key,
            claim,
            stored => cache.SaveAsync(key, change(stored), stored.Version, cacheOperation),
            isChanged: stored => stored is { Mark: null },
            cacheOperation);

    /// <summary>Removes a claim, if the cache works and the claim is still stored with the same owner.</summary>
    /// <returns>Whether it was removed.</returns>
    public Task<bool> RemoveAsync(TokenKey key, TokenEntry claim, TimeSpan cacheOperation) =>
        ChangeAsync(
            key,
            claim,
            stored => cache.RemoveAsync(key, stored.Version, cacheOperation),
            isChanged: stored => stored is null,
            cacheOperation);

    // A claim can have a new version, because all entries were encrypted with a new key, or because the change happened and was reported as failed.
    private async Task<bool> ChangeAsync(
        TokenKey key,
        TokenEntry claim,
        Func<TokenEntry, Task<bool>> change,
        Func<TokenEntry?, bool> isChanged,
        TimeSpan cacheOperation)
    {
        TokenEntry? stored = claim;
        bool isDoubtful = false;
        for (int tries = 0; tries < Tries; tries++)
        {
            try
            {
                if (stored?.Mark is null || stored.Mark.Id != claim.Mark?.Id)
                {
                    // After a try with an unknown outcome: that try has changed it.
                    return isDoubtful && isChanged(stored);
                }

                if (await change(stored).ConfigureAwait(false))
                {
                    return true;
                }

                stored = await cache.GetAsync(key, cacheOperation).ConfigureAwait(false);
            }
            catch (VismaConnectException)
            {
                // The cache stumbled. The last try may have been applied; then the next one is not, and the read shows it.
                isDoubtful = true;
            }
        }

        return false;
    }
}
