namespace Visma.Connect.Sdk;

/// <summary>The sends of one refresh token whose outcome is unknown, and what happens if it is not sent again (rules 3.4 and 4.2 of the model).</summary>
internal sealed class DoubtfulSends(TokenKey key, RenewalDurations durations, OwnMarks ownMarks, EntryWrites writes, RenewalParts parts)
{
    /// <summary>An earlier send of the token whose outcome is unknown; null if there was none. What this process knows itself comes first.</summary>
    public DoubtfulSend? Of(TokenEntry entry)
    {
        if (parts.Memory.DoubtOf(key, entry) is { } known)
        {
            return known;
        }

        // A mark on older tokens is only a lock.
        string? evidence = entry.Mark is not { } mark || (entry.MarkedTokens is { } tokens && tokens != entry.Attempt) ? null
            : ownMarks.Contains(mark) ? ownMarks.EvidenceOf(mark)
            : parts.Memory.GivenUp(key, mark.Id) is { } given ? given.Evidence
            : RenewalEvidence.OfUnfinished(mark);
        if (evidence is null)
        {
            return null;
        }

        Moment now = Moment.Now(parts.Time);
        long sight = parts.Memory.FirstSightOf(key, entry.Mark!.Id, now.Timestamp);
        Moment first = new(sight, now.At - parts.Time.GetElapsedTime(sight, now.Timestamp));
        DoubtfulSend doubt = new(entry.GrantId, entry.Attempt, evidence, first, SentAt: null, durations.GraceOf(entry), IsReported: false);
        parts.Memory.KeepDoubt(key, doubt);
        return doubt;
    }

    /// <summary>Adds a send of this renewal. Returns the evidence of it and of the sends before.</summary>
    public string Add(TokenEntry marked, Moment sent, VismaConnectException failure)
    {
        string evidence = RenewalEvidence.Of(marked.Mark!, failure);
        DoubtfulSend? before = parts.Memory.DoubtOf(key, marked);
        parts.Memory.KeepDoubt(
            key,
            new DoubtfulSend(
                marked.GrantId, marked.Attempt, evidence, before?.First ?? sent, sent.Timestamp, durations.GraceOf(marked), before?.IsReported == true));
        return evidence;
    }

    /// <summary>Does not send the token again. The access token is used until it expires, and then the connection ends.</summary>
    public async Task<RenewalStep> LeaveUnsentAsync(TokenEntry entry, DoubtfulSend doubt, ReplayAnswer answer)
    {
        if (entry.Mark is { } mark)
        {
            long now = parts.Time.GetTimestamp();
            long watchedAfter = now + parts.Time.TimestampsOf(durations.Lease);
            bool isOfAnother = ownMarks.IsOfAnother(mark);
            parts.Memory.GiveUp(key, new GivenUpMark(mark.Id, now, doubt.Evidence, isOfAnother, watchedAfter, isOfAnother ? mark.Lease : null));
        }

        if (answer == ReplayAnswer.Unknown)
        {
            throw new VismaConnectException(
                $"The refresh token of {key} was sent with an unknown outcome, and the token cache cannot list the other connections of the user. "
                + "So it is not sent again yet.",
                LocalCauses.TokenCache.Remedy,
                innerException: null)
            {
                IsTransient = true,
            };
        }

        AccessToken token = entry.Tokens.AccessToken;
        if (!RenewalSchedule.IsFresh(token, parts.Time.GetUtcNow()))
        {
            TokenEntry doubtful = entry with { UnknownSince = entry.UnknownSince ?? doubt.First.At };
            await writes.EndAsync(doubtful, RenewalEvidence.WhyNotSentAgain(doubt.Evidence)).ConfigureAwait(false);
            return RenewalStep.StartOver.Instance;
        }

        if (!doubt.IsReported)
        {
            parts.Memory.KeepDoubt(key, doubt with { IsReported = true });
            parts.Signals.Replay(key, isSent: false);
            Log.NotSentAgain(parts.Logger, key, token.ExpiresAt, doubt.Evidence);
        }

        if (entry.Mark is not null && entry.Mark.Outcome != doubt.Evidence)
        {
            await writes.NoteAsync(entry, doubt.Evidence).ConfigureAwait(false);
        }

        // For callers whose access token the API has rejected; the others use it.
        throw ReauthorizationRequiredException.Of(key, RenewalEvidence.WhyNotSentAgain(doubt.Evidence), since: null);
    }
}
