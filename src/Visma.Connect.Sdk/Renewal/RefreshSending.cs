namespace Visma.Connect.Sdk;

/// <summary>
/// Sends a refresh token under a mark, and listens to the request (step 5 of docs/renewal.md). A slow reply may hold the only valid refresh
/// token, so a request is given up early only for a replay that does no harm.
/// </summary>
internal sealed class RefreshSending(
    TokenKey key,
    ConfiguredClient client,
    RenewalDurations durations,
    ReplayRule replay,
    RenewalPlace place,
    EntryWrites writes,
    RenewalParts parts)
{
    private readonly AuthorizationServer _server = parts.Servers.Of(key.Client);

    /// <summary>Sends the token once.</summary>
    /// <param name="marked">The entry with the mark.</param>
    /// <param name="secret">The client secret. Null for a public client.</param>
    /// <param name="doubt">An earlier send of the token whose outcome is unknown. Null if there was none.</param>
    /// <param name="isFirst">Whether this renewal has not sent it before.</param>
    public async Task<SentRefresh> SendAsync(TokenEntry marked, string? secret, DoubtfulSend? doubt, bool isFirst)
    {
        OpenRefresh begun;
        try
        {
            begun = _server.BeginRefresh(client, marked.Tokens.RefreshToken!, secret);
        }
        catch (Exception failure)
        {
            // The HttpClient cannot be created, for example because of a delegate of the application. Its mark must not look like a send.
            VismaConnectException unsent = new($"Nothing was sent to renew the token of {key}. {failure.Message}", failure) { WasNotSent = true };
            return new SentRefresh(marked, Moment.Now(parts.Time), RefreshOutcome.WithoutReply(unsent), IsGivenUpForReplay: false);
        }

        using OpenRefresh request = begun;
        Moment first = doubt?.First ?? request.SentAt;
        // The lease began before the server was asked.
        TimeSpan question = marked.Mark!.Lease - durations.Lease;
        TimeSpan listen = ListeningTime(marked, first);
        bool isGivenUp = false;
        if (!await request.IsOverAtAsync(durations.Request).ConfigureAwait(false))
        {
            // Listening needs no place, and what follows is too urgent to wait for one.
            place.GiveBack();
            (bool isOver, marked) = await ListenAsync(request, marked, listen, question).ConfigureAwait(false);
            if (!isOver)
            {
                parts.Outages.Begin(key.Client, request.SentAt.Timestamp);
                isGivenUp = MayReplay(marked, first, isFirst);
                if (!isGivenUp)
                {
                    (_, marked) = await ListenAsync(request, marked, RenewalDurations.ListenAtMost, question).ConfigureAwait(false);
                }
            }
        }

        RefreshOutcome outcome = await request.EndAsync().ConfigureAwait(false);
        if (outcome.Result == RefreshResult.Unknown)
        {
            parts.Outages.Begin(key.Client, request.SentAt.Timestamp);
        }
        else if (outcome.Failure is not { WasNotSent: true })
        {
            parts.Outages.End(key.Client);
        }

        return new SentRefresh(marked, request.SentAt, outcome, isGivenUp);
    }

    // Up to W, or to the last moment for another send within the grace period. A request that is given up must be over.
    private TimeSpan ListeningTime(TokenEntry marked, Moment first)
    {
        TimeSpan? last = replay.TimeLeft(marked, first) - durations.CacheOperation - durations.CacheOperation;
        return last >= durations.Processing && last < durations.Listen ? last.Value : durations.Listen;
    }

    // A second send is given up too while a grace period runs: it would be over before the time limit. There is no time for a fourth one.
    private bool MayReplay(TokenEntry marked, Moment first, bool isFirst) =>
        replay.IsHarmless(marked, first, ahead: durations.CacheOperation)
        && (isFirst || replay.IsWithinGrace(marked, first, ahead: durations.CacheOperation));

    // Listens up to a time after the send. Other processes wait as long: if the cache fails to store that, it is tried again soon, because they
    // take over when the shorter lease is over.
    private async Task<(bool IsOver, TokenEntry Marked)> ListenAsync(OpenRefresh request, TokenEntry marked, TimeSpan limit, TimeSpan question)
    {
        TimeSpan lease = durations.LeaseFor(limit) + question;
        while (true)
        {
            marked = await writes.ExtendLeaseAsync(marked, lease).ConfigureAwait(false);
            TimeSpan next = parts.Time.GetElapsedTime(request.SentAt.Timestamp) + durations.Look;
            if (marked.Mark!.Lease >= lease || next >= limit)
            {
                return (await request.IsOverWithinAsync(limit).ConfigureAwait(false), marked);
            }

            if (await request.IsOverAtAsync(next).ConfigureAwait(false))
            {
                return (true, marked);
            }
        }
    }
}
