namespace Visma.Connect.Sdk;

/// <summary>What can be done with whole caches.</summary>
public static class TokenCacheExtensions
{
    /// <summary>
    /// Copies entries to another cache, to move from SQLite to PostgreSQL, say; each cache encrypts in its own way. It may be broken off and run
    /// again: what is there already is left alone, and what has changed since is brought over. The last run comes after everything that renews
    /// in the old cache was stopped, and before the new one is at work: a refresh token that is renewed in one of them is spent in the other.
    /// </summary>
    /// <param name="from">The cache to copy from, which is not changed.</param>
    /// <param name="to">The cache to copy to. What it has of its own stays, unless the same connection is newer in the other.</param>
    /// <param name="filter">Which entries; null: all.</param>
    /// <param name="progress">Hears the figures after each entry.</param>
    /// <param name="cancellationToken">Ends it between two entries.</param>
    /// <returns>
    /// The figures, what could not be read in either cache and was therefore not copied, and the connections that only the other cache has: those
    /// that were disconnected here since an earlier run are among them, and have to be disconnected there as well.
    /// </returns>
    /// <remarks>What either cache throws comes through as it is; run it again then.</remarks>
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
            try
            {
                report = report.With(item, await CopyAsync(item, to, cancellationToken).ConfigureAwait(false));
            }
            catch (UnreadableEntryException fault)
            {
                // In the other cache, where only the key is missing, too: nothing is overwritten, and nothing held up.
                report = report with { Unreadable = [.. report.Unreadable, fault] };
            }

            progress?.Report(report);
        }

        return report with { OnlyThere = await OnlyThereAsync(from, to, filter, cancellationToken).ConfigureAwait(false) };
    }

    /// <summary>
    /// Writes every entry anew, so that it is encrypted with the current key: after this the old key can be removed. Safe while everything runs.
    /// </summary>
    /// <param name="cache">The cache.</param>
    /// <param name="progress">Hears the figures after each entry.</param>
    /// <param name="cancellationToken">Ends it between two entries.</param>
    /// <returns>The figures. What was changed by somebody else meanwhile was encrypted by that.</returns>
    /// <remarks>What the cache throws comes through as it is; run it again then.</remarks>
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

    private static async Task<IReadOnlyList<TokenKey>> OnlyThereAsync(ITokenCache from, ITokenCache to, TokenFilter? filter, CancellationToken cancellationToken)
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

    // Of one consent the later attempt; of two consents the later one. Service tokens are had again for the asking.
    private static bool IsNewer(TokenEntry entry, TokenEntry than) => entry.GrantId is not null && (entry.GrantId == than.GrantId
        ? (entry.Attempt, entry.LastAttempt).CompareTo((than.Attempt, than.LastAttempt)) > 0
        : entry.ConnectedAt > than.ConnectedAt || than.GrantId is null);
}
