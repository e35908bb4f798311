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
    private readonly ReplayQuestion _question = new(key, client, durations, writes, parts);
    private IReadOnlyList<string?>? _secrets;
    private int _secretsRefused;
    private UnknownOutcome? _unknown;
    private bool _isLogged;

    /// <summary>Makes one attempt on an entry that has no mark, or a mark that may be replaced.</summary>
    public async Task<RenewalStep> AttemptAsync(TokenEntry entry)
    {
        DoubtfulSend? doubt = _doubts.Of(entry);
        if (!ownMarks.Contains(entry.Mark) && !(doubt is not null && replay.IsWithinGrace(entry, doubt.First)))
        {
            // A renewal that has sent its token goes on although the host stops, because the token may be spent. Within the grace period one may even begin.
            parts.InFlight.RequireRunning();
        }

        // Before step 4: may a token be sent again whose earlier send has an unknown outcome?
        ReplayAnswer answer = ReplayAnswer.Yes;
        if (doubt is not null)
        {
            answer = await MayReplayAsync(entry, doubt).ConfigureAwait(false);
            if (answer is ReplayAnswer.No or ReplayAnswer.Unknown)
            {
                return await _doubts.LeaveUnsentAsync(entry, doubt, answer).ConfigureAwait(false);
            }
        }
        else if (!ownMarks.Contains(entry.Mark))
        {
            // Under an own mark the next secret is tried. A renewal that stopped there would leave a mark that looks like a lost send.
            RequireNoPause(entry);
            RequireNoOutage();
        }

        // Step 4: mark.
        bool asks = answer == ReplayAnswer.Ask;
        TimeSpan lease = asks ? durations.LeaseWithQuestion : durations.Lease;
        bool isWithinGrace = doubt is not null && replay.IsWithinGrace(entry, doubt.First);
        Moment began = Moment.Now(parts.Time);
        if (await MarkAsync(entry, doubt, lease, began.At).ConfigureAwait(false) is not { } marked)
        {
            return RenewalStep.StartOver.Instance;
        }

        // Step 5: ask whether the token is unspent. If it is spent, the connection has ended.
        if (asks && !await _question.IsUnspentAsync(marked).ConfigureAwait(false))
        {
            return RenewalStep.StartOver.Instance;
        }

        // Step 5: send the refresh token, if the lease leaves time for the reply and its save, and judge the reply.
        if (began.ElapsedBy(parts.Time) >= durations.SendWithin(lease) || (isWithinGrace && !replay.IsWithinGrace(marked, doubt!.First)))
        {
            await KeepUnsentAsync(marked).ConfigureAwait(false);
            return RenewalStep.StartOver.Instance;
        }

        _secrets ??= _server.Secrets.ToTry(client);
        SentRefresh sent = await _sending.SendAsync(marked, _secrets[_secretsRefused], doubt, isFirst: _unknown is null).ConfigureAwait(false);
        RefreshOutcome outcome = sent.Outcome;
        marked = sent.Marked;
        switch (outcome.Result)
        {
            case RefreshResult.Exchanged:
                parts.Pauses.Note(client, sent.SentAt.Timestamp, failure: null);
                // Step 6: save.
                return await _saving.SaveAsync(marked, outcome.Tokens!, sent.SentAt.At).ConfigureAwait(false);
            case RefreshResult.Salvaged:
                return await _saving.SaveSalvagedAsync(marked, outcome.SalvagedRefreshToken!, outcome.Failure!).ConfigureAwait(false);
            case RefreshResult.Refused:
                parts.Pauses.Note(client, sent.SentAt.Timestamp, outcome.Failure);
                await writes.EndAsync(marked, RenewalEvidence.WhyRefused(outcome.Failure!, marked.Mark!), wasRefused: true).ConfigureAwait(false);
                return RenewalStep.StartOver.Instance;
            case RefreshResult.SecretRefused when TryNextSecret():
                return new RenewalStep.MarkAgain(marked);
            case RefreshResult.SecretRefused or RefreshResult.NotExchanged:
                parts.Pauses.Note(client, sent.SentAt.Timestamp, outcome.Failure);
                TimeSpan? pause = PauseAfter(outcome.Failure!, marked);
                await writes.ClearMarkAsync(marked, pause).ConfigureAwait(false);
                throw pause == outcome.Failure!.RetryAfter ? outcome.Failure : outcome.Failure.Again(outcome.Failure.Message, pause);
            default:
                return await SendAgainAsync(marked, sent, outcome.Failure!).ConfigureAwait(false);
        }
    }

    // The server asked for a pause, or refused the client, when another token was requested. An entry that has a pause keeps to that: its token
    // was sent, and a grace period may run.
    private void RequireNoPause(TokenEntry entry)
    {
        if (entry.NotBefore is null)
        {
            parts.Pauses.Require(client);
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

    private async Task<ReplayAnswer> MayReplayAsync(TokenEntry entry, DoubtfulSend doubt)
    {
        ReplayAnswer answer = await replay.AnswerAsync(entry, doubt.First).ConfigureAwait(false);
        TimeSpan wait = answer switch
        {
            ReplayAnswer.Yes => WaitForOwnRequest(entry, doubt),
            ReplayAnswer.Ask => WaitForProcessing(doubt),
            _ => TimeSpan.Zero,
        };
        if (wait <= TimeSpan.Zero)
        {
            return answer;
        }

        await place.PauseAsync(wait).ConfigureAwait(false);
        // The user can have connected another company during the wait.
        return await replay.AnswerAsync(entry, doubt.First).ConfigureAwait(false);
    }

    // The answer of the server is about a token that no earlier send can still spend. A mark of another process has lapsed only after this time.
    private TimeSpan WaitForProcessing(DoubtfulSend doubt) =>
        doubt.SentAt is { } sentAt ? durations.Processing - parts.Time.GetElapsedTime(sentAt) : TimeSpan.Zero;

    // Outside of a grace period haste gains nothing, and the first request of this renewal may still be on its way.
    private TimeSpan WaitForOwnRequest(TokenEntry entry, DoubtfulSend doubt)
    {
        if (_unknown is not { } unknown)
        {
            return TimeSpan.Zero;
        }

        if (!_isLogged)
        {
            _isLogged = true;
            parts.Signals.Replay(key, isSent: true);
            Log.SentAgain(parts.Logger, key, unknown.Failure);
        }

        return replay.IsWithinGrace(entry, doubt.First) ? TimeSpan.Zero : durations.Listen - parts.Time.GetElapsedTime(unknown.SentAt);
    }

    // Null if another save came first.
    private async Task<TokenEntry?> MarkAsync(TokenEntry entry, DoubtfulSend? doubt, TimeSpan lease, DateTimeOffset now)
    {
        RenewalMark mark = new()
        {
            Id = RandomText.OfIdentifier(),
            Attempt = entry.LastAttempt + 1,
            Lease = lease,
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

    // The token was sent, and no usable reply came. It is sent once more under a new mark, and again if a silence was given up for that. After
    // that, the mark stays with the evidence.
    private async Task<RenewalStep> SendAgainAsync(TokenEntry marked, SentRefresh sent, VismaConnectException failure)
    {
        string evidence = _doubts.Add(marked, sent.SentAt, failure);
        bool isFirst = _unknown is null;
        _unknown = new UnknownOutcome(sent.SentAt.Timestamp, failure);
        if (isFirst || sent.IsGivenUpForReplay)
        {
            return new RenewalStep.MarkAgain(marked);
        }

        bool isUrgent = parts.Memory.DoubtOf(key, marked) is { } doubt && replay.IsWithinGrace(marked, doubt.First);
        long notBefore = sent.SentAt.Timestamp + (isUrgent ? 0 : parts.Time.TimestampsOf(durations.Listen));
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
