using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>The attempts of one renewal: mark, send, judge the reply, save (steps 4 to 6 of docs/renewal.md).</summary>
internal sealed class RenewalAttempts(
    TokenKey key,
    ConfiguredClient client,
    RenewalDurations durations,
    RenewalPlace place,
    OwnMarks ownMarks,
    EntryWrites writes,
    ReplayRule replay,
    RenewalParts parts)
{
    private readonly AuthorizationServer _server = parts.Servers.Of(key.Client);
    private readonly ReplySaving _saving = new(key, client, durations, parts);
    private readonly RefreshSending _sending = new(key, client, durations, replay, place, writes, parts);
    private readonly DoubtfulSends _doubts = new(key, durations, ownMarks, writes, parts);
    private IReadOnlyList<string?>? _secrets;
    private int _secretsRefused;
    private UnknownOutcome? _unknown;
    private bool _isLogged;

    /// <summary>Makes one attempt on an entry that has no mark, or a mark that may be replaced.</summary>
    public async Task<RenewalStep> AttemptAsync(TokenEntry entry)
    {
        if (!ownMarks.Contains(entry.Mark))
        {
            // A renewal that has sent its token goes on although the host stops, because the token may be spent.
            parts.InFlight.RequireRunning();
        }

        // Before step 4: may a token be sent again whose earlier send has an unknown outcome?
        DoubtfulSend? doubt = _doubts.Of(entry);
        if (doubt is null)
        {
            RequireNoOutage();
        }
        else if (await MayReplayAsync(entry, doubt).ConfigureAwait(false) is var answer && answer != ReplayAnswer.Yes)
        {
            return await _doubts.LeaveUnsentAsync(entry, doubt, answer).ConfigureAwait(false);
        }

        // Step 4: mark.
        bool isWithinGrace = doubt is not null && replay.IsWithinGrace(entry, doubt.First);
        Moment began = Moment.Now(parts.Time);
        if (await MarkAsync(entry, doubt, began.At).ConfigureAwait(false) is not { } marked)
        {
            return RenewalStep.StartOver.Instance;
        }

        // Step 5: send the refresh token, if the lease leaves time for the reply and its save, and judge the reply.
        if (began.ElapsedBy(parts.Time) >= durations.SendWithin || (isWithinGrace && !replay.IsWithinGrace(marked, doubt!.First)))
        {
            await KeepUnsentAsync(marked).ConfigureAwait(false);
            return RenewalStep.StartOver.Instance;
        }

        _secrets ??= _server.Secrets.ToTry(client);
        SentRefresh sent = await _sending.SendAsync(marked, _secrets[_secretsRefused], doubt, mayReplay: _unknown is null).ConfigureAwait(false);
        RefreshOutcome outcome = sent.Outcome;
        marked = sent.Marked;
        switch (outcome.Result)
        {
            case RefreshResult.Exchanged:
                // Step 6: save.
                return await _saving.SaveAsync(marked, outcome.Tokens!, sent.SentAt.At).ConfigureAwait(false);
            case RefreshResult.Salvaged:
                return await _saving.SaveSalvagedAsync(marked, outcome.SalvagedRefreshToken!, outcome.Failure!).ConfigureAwait(false);
            case RefreshResult.Refused:
                await writes.EndAsync(marked, RenewalEvidence.WhyRefused(outcome.Failure!, marked.Mark!), wasRefused: true).ConfigureAwait(false);
                return RenewalStep.StartOver.Instance;
            case RefreshResult.SecretRefused when TryNextSecret():
                return new RenewalStep.MarkAgain(marked);
            case RefreshResult.SecretRefused or RefreshResult.NotExchanged:
                TimeSpan? pause = PauseAfter(outcome.Failure!, marked);
                await writes.ClearMarkAsync(marked, pause).ConfigureAwait(false);
                throw pause == outcome.Failure!.RetryAfter ? outcome.Failure : outcome.Failure.Again(outcome.Failure.Message, pause);
            default:
                return await SendAgainAsync(marked, sent.SentAt, outcome.Failure!).ConfigureAwait(false);
        }
    }

    // Each refresh token that is sent for the first time into an outage may be lost.
    private void RequireNoOutage()
    {
        if (replay.MayForbid && parts.Outages.Of(key.Client) is { } pause)
        {
            throw new VismaConnectException(
                $"The identity server of client '{key.Client}' gives no usable answers, so the refresh token of {key} is not sent yet: it could be lost.")
            {
                IsTransient = true,
                RetryAfter = pause,
            };
        }
    }

    // The user can have connected another company during the wait.
    private async Task<ReplayAnswer> MayReplayAsync(TokenEntry entry, DoubtfulSend doubt)
    {
        ReplayAnswer answer = await replay.AnswerAsync(entry, doubt.First).ConfigureAwait(false);
        return answer == ReplayAnswer.Yes && await WaitedForOwnRequestAsync().ConfigureAwait(false)
            ? await replay.AnswerAsync(entry, doubt.First).ConfigureAwait(false)
            : answer;
    }

    // Without a grace period haste gains nothing, and the first request of this renewal may still be on its way. True if there was a wait.
    private async Task<bool> WaitedForOwnRequestAsync()
    {
        if (_unknown is not { } unknown)
        {
            return false;
        }

        if (!_isLogged)
        {
            _isLogged = true;
            Log.SentAgain(parts.Logger, key, unknown.Failure);
        }

        TimeSpan untilRequestIsOver = durations.Grace is null ? durations.Listen - parts.Time.GetElapsedTime(unknown.SentAt) : TimeSpan.Zero;
        if (untilRequestIsOver <= TimeSpan.Zero)
        {
            return false;
        }

        await place.PauseAsync(untilRequestIsOver).ConfigureAwait(false);
        return true;
    }

    // Null if another save came first.
    private async Task<TokenEntry?> MarkAsync(TokenEntry entry, DoubtfulSend? doubt, DateTimeOffset now)
    {
        RenewalMark mark = new()
        {
            Id = RandomText.OfIdentifier(),
            Attempt = entry.LastAttempt + 1,
            Lease = durations.Lease,
            PlacedAt = now,
            Outcome = doubt?.Evidence,
        };
        TokenEntry marked = entry.AsNew() with
        {
            Mark = mark,
            LastAttempt = mark.Attempt,
            UnknownSince = doubt is null ? null : entry.UnknownSince ?? entry.Mark?.PlacedAt ?? doubt.First.At,
            MarkedTokens = entry.Attempt,
        };
        ownMarks.Add(mark, replaced: entry.Mark);
        return await writes.TrySwapAsync(marked, entry).ConfigureAwait(false) ? marked : null;
    }

    // Nothing was sent under this mark. As evidence of an earlier send it stays.
    private Task KeepUnsentAsync(TokenEntry marked)
    {
        if (marked.Mark!.Outcome is null)
        {
            return writes.RemoveUnsentMarkAsync(marked);
        }

        ownMarks.GiveUp(marked.Mark, marked.Mark.Outcome);
        return Task.CompletedTask;
    }

    private bool TryNextSecret()
    {
        if (_secretsRefused + 1 == _secrets!.Count)
        {
            return false;
        }

        _server.Secrets.LogRefused(client, _secrets[_secretsRefused]);
        _secretsRefused++;
        return true;
    }

    // The token was sent, and no usable reply came. It is sent once more under a new mark; after that, the mark stays with the evidence.
    private async Task<RenewalStep> SendAgainAsync(TokenEntry marked, Moment sent, VismaConnectException failure)
    {
        string evidence = _doubts.Add(marked, sent, failure);
        bool isFirst = _unknown is null;
        _unknown = new UnknownOutcome(sent.Timestamp, failure);
        if (isFirst)
        {
            return new RenewalStep.MarkAgain(marked);
        }

        long notBefore = sent.Timestamp + (durations.Grace is null ? parts.Time.TimestampsOf(durations.Listen) : 0);
        ownMarks.GiveUp(marked.Mark, evidence, notBefore);
        await writes.NoteAsync(marked, evidence).ConfigureAwait(false);
        throw failure;
    }

    // If the server may have exchanged the token after all, only a replay within the grace period can still save the connection.
    private TimeSpan? PauseAfter(VismaConnectException failure, TokenEntry marked)
    {
        bool mayBeSpent = failure.StatusCode == HttpStatusCode.ServiceUnavailable
            || (parts.Memory.DoubtOf(key, marked) is { } doubt && replay.IsWithinGrace(marked, doubt.First));
        return mayBeSpent && failure.RetryAfter > durations.LongestPause ? durations.LongestPause : failure.RetryAfter;
    }

    // The last send of this renewal without a usable reply.
    private sealed record UnknownOutcome(long SentAt, VismaConnectException Failure);
}
