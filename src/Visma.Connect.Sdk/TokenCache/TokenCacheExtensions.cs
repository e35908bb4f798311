namespace Visma.Connect.Sdk.TokenCache;

/// <summary>Operations on all entries of a token cache.</summary>
public static class TokenCacheExtensions
{
    /// <summary>
    /// Copies entries to another cache, for example to move from SQLite to PostgreSQL. Each cache encrypts with its own keys.
    /// </summary>
    /// <param name="from">The cache to copy from. It is not changed.</param>
    /// <param name="to">The cache to copy to, the target. Its own entries remain, unless the same connection is newer in <paramref name="from"/>.</param>
    /// <param name="filter">Which entries to copy. Default: all of them.</param>
    /// <param name="progress">Receives the figures after each entry.</param>
    /// <param name="cancellationToken">Ends the copy between two entries.</param>
    /// <returns>
    /// The figures; the entries that could not be read in one of the caches, and were therefore not copied; and the connections that only the target
    /// has. If a connection was disconnected in <paramref name="from"/> since an earlier run, it is among these: disconnect it in the target too.
    /// </returns>
    /// <remarks>
    /// The copy can be cancelled and run again: it copies the entries that are missing or have changed. Before the last run, stop all
    /// processes that use the old cache, and start those that use the new one after it: a refresh token that is renewed in one cache is used up in
    /// the other. Claims of consents are not copied: a consent is completed in the cache in which its completion began. If a cache throws an
    /// exception, it is not caught: run the copy again.
    /// </remarks>
    public static async Task<TokenCopyReport> CopyToAsync(
        this ITokenCache from,
        ITokenCache to,
        TokenFilter? filter = null,
        IProgress<TokenCopyReport>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        TokenCopyReport report = new();
        await foreach (TokenCacheItem item in from.ListAsync(filter, cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (item.Key.IsClaim && item.Fault is not { Key: null })
            {
                // It belongs to the processes that use the old cache, which are stopped before the last run.
                continue;
            }

            try
            {
                report = report.With(item, await CopyAsync(item, to, cancellationToken).ConfigureAwait(false));
            }
            catch (UnreadableEntryException fault)
            {
                // The target has an entry that it cannot read. It is not overwritten, because perhaps only a key is missing.
                report = report.WithUnreadable(fault);
            }

            progress?.Report(report);
        }

        return report.WithOnlyThere(await OnlyThereAsync(from, to, filter, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Writes every entry again, so that it is encrypted with the current key. After this, the old key can be removed.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="progress">Receives the figures after each entry.</param>
    /// <param name="cancellationToken">Ends the operation between two entries.</param>
    /// <returns>
    /// The figures. If another process changed an entry at the same time, that change has encrypted the entry with the current key.
    /// </returns>
    /// <remarks>Safe while other processes use the cache. If the cache throws an exception, it is not caught: run the operation again.</remarks>
    public static async Task<TokenCopyReport> ReprotectAsync(
        this ITokenCache cache,
        IProgress<TokenCopyReport>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cache);
        TokenCopyReport report = new();
        await foreach (TokenCacheItem item in cache.ListAsync(filter: null, cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool isWritten = item.Entry is { } entry && await cache.SaveAsync(item.Key, entry.AsNew(), entry.Version, cancellationToken).ConfigureAwait(false);
            report = report.With(item, isWritten);
            progress?.Report(report);
        }

        return report;
    }

    private static async Task<bool> CopyAsync(TokenCacheItem item, ITokenCache to, CancellationToken cancellationToken)
    {
        if (item.Entry is not { } entry)
        {
            return false;
        }

        while (true)
        {
            TokenEntry? there = await to.GetAsync(item.Key, cancellationToken).ConfigureAwait(false);
            if (there is not null && !IsNewer(entry, there))
            {
                return false;
            }

            if (await to.SaveAsync(item.Key, entry.AsNew(), there?.Version, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }
    }

    private static async Task<IReadOnlyList<TokenKey>> OnlyThereAsync(
        ITokenCache from,
        ITokenCache to,
        TokenFilter? filter,
        CancellationToken cancellationToken)
    {
        List<TokenKey> onlyThere = [];
        await foreach (TokenCacheItem item in to.ListAsync(ConnectionsOf(filter), cancellationToken).ConfigureAwait(false))
        {
            if (!await HasAsync(from, item.Key, cancellationToken).ConfigureAwait(false))
            {
                onlyThere.Add(item.Key);
            }
        }

        return onlyThere;
    }

    private static TokenFilter ConnectionsOf(TokenFilter? filter) => new() { Client = filter?.Client, ConnectionsOnly = true };

    private static async Task<bool> HasAsync(ITokenCache cache, TokenKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await cache.GetAsync(key, cancellationToken).ConfigureAwait(false) is not null;
        }
        catch (UnreadableEntryException)
        {
            return true;
        }
    }

    // Of one consent the later attempt, of two consents the later one. A service token is not replaced, because it can be requested again.
    private static bool IsNewer(TokenEntry entry, TokenEntry than) => entry.GrantId is not null && (entry.GrantId == than.GrantId
        ? (entry.Attempt, entry.LastAttempt).CompareTo((than.Attempt, than.LastAttempt)) > 0
        : entry.ConnectedAt > than.ConnectedAt || than.GrantId is null);
}
