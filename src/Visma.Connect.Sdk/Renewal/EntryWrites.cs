namespace Visma.Connect.Sdk;

/// <summary>The changes of a stored entry that a renewal makes in addition to saving tokens. Each is one swap over the version that was read.</summary>
internal sealed class EntryWrites(TokenKey key, RenewalDurations durations, OwnMarks ownMarks, RenewalParts parts)
{
    private const int ToleratedFailedSwaps = 2;

    private int _failedSwaps;

    /// <summary>Saves an entry, and reads it where the outcome of the save is unknown. Returns whether it is stored.</summary>
    /// <exception cref="VismaConnectException">The cache failed. A mark that may be stored is given up: nothing was sent under it.</exception>
    public async Task<bool> TrySwapAsync(TokenEntry entry, TokenEntry over)
    {
        try
        {
            return await parts.Cache.SaveAsync(key, entry, over.Version, durations.CacheOperation).ConfigureAwait(false);
        }
        catch (VismaConnectException) when (_failedSwaps++ < ToleratedFailedSwaps)
        {
            try
            {
                if ((await parts.Cache.GetAsync(key, durations.CacheOperation).ConfigureAwait(false))?.Version == entry.Version)
                {
                    return true;
                }
            }
            catch (VismaConnectException)
            {
                GiveUpMark(entry, over);
                throw;
            }

            // The cache can still save the mark, after this renewal has ended.
            ownMarks.GiveUp(entry.Mark, entry.Mark?.Outcome);
            return false;
        }
        catch (VismaConnectException)
        {
            GiveUpMark(entry, over);
            throw;
        }
    }

    /// <summary>Saves the end of the connection, and raises it. If another save came first, that save counts.</summary>
    /// <param name="entry">The entry, as it was read or marked.</param>
    /// <param name="reason">The reason and the evidence.</param>
    /// <param name="wasRefused">Whether the server refused the refresh token.</param>
    public async Task EndAsync(TokenEntry entry, string reason, bool wasRefused = false)
    {
        for (TokenEntry? over = entry; over is not null; over = wasRefused ? await WithRefusedTokenAsync(entry).ConfigureAwait(false) : null)
        {
            TokenEntry ended = over.AsNew() with
            {
                State = ConnectionState.ReauthorizationRequired,
                StateReason = reason,
                StateSince = parts.Time.GetUtcNow(),
                Mark = null,
            };
            if (await TrySwapAsync(ended, over).ConfigureAwait(false))
            {
                parts.Notice.Raise(new EndedConnection(key, ended, wasRefused));
                return;
            }
        }
    }

    // The own mark can have a new version: its longer lease was reported as failed, or all entries were encrypted with a new key. A refusal
    // under it counts all the same. Otherwise the token would be sent again. It says nothing about newer tokens, which another process has saved.
    private async Task<TokenEntry?> WithRefusedTokenAsync(TokenEntry marked) =>
        await UnderSameMarkAsync(marked.Mark!).ConfigureAwait(false) is { } current && current.Attempt == marked.Attempt ? current : null;

    private async Task<TokenEntry?> UnderSameMarkAsync(RenewalMark mark) =>
        await parts.Cache.GetAsync(key, durations.CacheOperation).ConfigureAwait(false) is { } current && current.Mark?.Id == mark.Id ? current : null;

    /// <summary>
    /// Removes the mark, because the token was certainly not exchanged under it. A mark with evidence stays, because an earlier send may have
    /// spent the token.
    /// </summary>
    /// <param name="marked">The entry with the mark.</param>
    /// <param name="pause">For how long the server wants no requests.</param>
    public async Task ClearMarkAsync(TokenEntry marked, TimeSpan? pause)
    {
        bool isEvidence = marked.Mark!.Outcome is not null;
        TokenEntry cleared = marked.AsNew() with { Mark = isEvidence ? marked.Mark : null, NotBefore = parts.Time.GetUtcNow() + pause };
        bool isSaved = await TrySaveAsync(cleared, marked).ConfigureAwait(false)
            || (!isEvidence && await TryRemoveAgainAsync(marked, cleared.NotBefore).ConfigureAwait(false));
        if (!isSaved || isEvidence)
        {
            ownMarks.GiveUp(marked.Mark, marked.Mark.Outcome);
        }
    }

    /// <summary>Removes a mark under which nothing was sent: other processes would take it for a send whose outcome is unknown.</summary>
    /// <remarks>If another process has ended the connection because of exactly this mark, the connection is active again.</remarks>
    public async Task RemoveUnsentMarkAsync(TokenEntry marked)
    {
        ownMarks.GiveUp(marked.Mark, evidence: null);
        if (await TrySaveAsync(marked.AsNew() with { Mark = null }, marked).ConfigureAwait(false)
            || await TryRemoveAgainAsync(marked, notBefore: null).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            TokenEntry? current = await parts.Cache.GetAsync(key, durations.CacheOperation).ConfigureAwait(false);
            if (current is { State: ConnectionState.ReauthorizationRequired, ExportedAt: null }
                && current.GrantId == marked.GrantId && current.Attempt == marked.Attempt && current.LastAttempt == marked.LastAttempt)
            {
                TokenEntry active = current.AsNew() with
                {
                    State = ConnectionState.Active,
                    StateReason = null,
                    StateSince = parts.Time.GetUtcNow(),
                    UnknownSince = null,
                };
                await parts.Cache.SaveAsync(key, active, current.Version, durations.CacheOperation).ConfigureAwait(false);
            }
        }
        catch (VismaConnectException)
        {
            // The cache is down. The mark lapses.
        }
    }

    // Another process may have added evidence to the mark, because it took the mark for a send. This process knows better.
    private async Task<bool> TryRemoveAgainAsync(TokenEntry marked, DateTimeOffset? notBefore) =>
        await TryAgainAsync(marked.Mark!, current => current with { Mark = null, UnknownSince = null, NotBefore = notBefore })
            .ConfigureAwait(false) is not null;

    /// <summary>
    /// Extends the lease of the own mark, because its request is still open. Returns the entry with the longer lease if it is certainly stored, and
    /// otherwise the given entry.
    /// </summary>
    public async Task<TokenEntry> ExtendLeaseAsync(TokenEntry marked, TimeSpan lease)
    {
        if (marked.Mark!.Lease >= lease)
        {
            return marked;
        }

        RenewalMark longer = marked.Mark with { Lease = lease };
        TokenEntry extended = marked.AsNew() with { Mark = longer };
        if (await TrySaveAsync(extended, marked).ConfigureAwait(false))
        {
            return extended;
        }

        // If another process has saved tokens, it counts.
        return await TryAgainAsync(longer, current => current.Attempt == marked.Attempt ? current with { Mark = longer } : null)
            .ConfigureAwait(false) ?? marked;
    }

    /// <summary>Adds evidence to the stored mark, if the cache works.</summary>
    public Task NoteAsync(TokenEntry marked, string evidence) =>
        TrySaveAsync(marked.AsNew() with { Mark = marked.Mark! with { Outcome = evidence } }, marked);

    // Changes the entry as it is stored now, if its mark is still the same one. Null if it is not changed, or if that is unknown.
    private async Task<TokenEntry?> TryAgainAsync(RenewalMark mark, Func<TokenEntry, TokenEntry?> change)
    {
        try
        {
            return await UnderSameMarkAsync(mark).ConfigureAwait(false) is { } current
                && change(current.AsNew()) is { } changed
                && await TrySaveAsync(changed, current).ConfigureAwait(false)
                ? changed
                : null;
        }
        catch (VismaConnectException)
        {
            // The cache is down. The mark lapses.
            return null;
        }
    }

    private async Task<bool> TrySaveAsync(TokenEntry entry, TokenEntry over)
    {
        try
        {
            return await parts.Cache.SaveAsync(key, entry, over.Version, durations.CacheOperation).ConfigureAwait(false);
        }
        catch (VismaConnectException)
        {
            // Whether it is saved is unknown.
            return false;
        }
    }

    private void GiveUpMark(TokenEntry entry, TokenEntry over)
    {
        RenewalMark? mark = entry.Mark ?? over.Mark;
        ownMarks.GiveUp(mark, mark?.Outcome);
    }
}
