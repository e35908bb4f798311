using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>The attempts of one renewal: mark, send, judge the reply, save (steps 4 to 6 of docs/renewal.md).</summary>
internal sealed class RenewalAttempts(
    TokenKey key,
    ConfiguredClient client,
    RenewalDurations durations,
    OwnMarks ownMarks,
    EntryWrites writes,
    RenewalParts parts)
{
    private readonly AuthorizationServer _server = parts.Servers.Of(key.Client);
    private readonly ReplySaving _saving = new(key, client, durations, parts);
    private readonly ReplayRule _replay = new(key, client, durations, parts);
    private IReadOnlyList<string?>? _secrets;
    private int _secretsRefused;
    private UnknownOutcome? _unknown;
    private bool _hasSentAgain;
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
        string? evidence = EvidenceOf(entry);
        if (evidence is not null && !await _replay.AllowsAsync(entry).ConfigureAwait(false))
        {
            return await LeaveUnsentAsync(entry, evidence).ConfigureAwait(false);
        }

        await WaitForOwnRequestAsync().ConfigureAwait(false);

        // Step 4: mark.
        bool isWithinGrace = evidence is not null && _replay.IsWithinGrace(entry);
        Moment began = Moment.Now(parts.Time);
        if (await MarkAsync(entry, evidence, began.At).ConfigureAwait(false) is not { } marked)
        {
            return RenewalStep.StartOver.Instance;
        }

        // Step 5: send the refresh token, if the lease leaves time for the reply and its save, and judge the reply.
        if (began.ElapsedBy(parts.Time) >= durations.SendWithin || (isWithinGrace && !_replay.IsWithinGrace(marked)))
        {
            await KeepUnsentAsync(marked).ConfigureAwait(false);
            return RenewalStep.StartOver.Instance;
        }

        Moment sent = Moment.Now(parts.Time);
        RefreshOutcome outcome = await SendAsync(marked).ConfigureAwait(false);
        switch (outcome.Result)
        {
            case RefreshResult.Exchanged:
                // Step 6: save.
                return await _saving.SaveAsync(marked, outcome.Tokens!, sent.At).ConfigureAwait(false);
            case RefreshResult.Salvaged:
                return await _saving.SaveSalvagedAsync(marked, outcome.SalvagedRefreshToken!, outcome.Failure!).ConfigureAwait(false);
            case RefreshResult.Refused:
                await writes.EndAsync(marked, RenewalEvidence.WhyRefused(outcome.Failure!, marked.Mark!)).ConfigureAwait(false);
                return RenewalStep.StartOver.Instance;
            case RefreshResult.SecretRefused when TryNextSecret():
                return new RenewalStep.MarkAgain(marked);
            case RefreshResult.SecretRefused or RefreshResult.NotExchanged:
                TimeSpan? pause = PauseAfter(outcome.Failure!, marked);
                await writes.ClearMarkAsync(marked, pause).ConfigureAwait(false);
                throw pause == outcome.Failure!.RetryAfter ? outcome.Failure : outcome.Failure.Again(outcome.Failure.Message, pause);
            default:
                return await SendAgainAsync(marked, sent.Timestamp, outcome.Failure!).ConfigureAwait(false);
        }
    }

    // What is known about earlier sends of the token whose outcome is unknown; null if there were none.
    private string? EvidenceOf(TokenEntry entry) =>
        entry.Mark is not { } mark ? null
        : ownMarks.Contains(mark) ? (_unknown?.IsOf(entry) == true ? _unknown.Evidence : mark.Outcome)
        : parts.Memory.GivenUp(key, mark.Id) is { } given ? given.Evidence ?? mark.Outcome
        : RenewalEvidence.OfUnfinished(mark);

    // The token must not be sent again. The access token is used until it expires, and then the connection ends.
    private async Task<RenewalStep> LeaveUnsentAsync(TokenEntry entry, string evidence)
    {
        AccessToken token = entry.Tokens.AccessToken;
        if (!RenewalSchedule.IsFresh(token, parts.Time.GetUtcNow()))
        {
            await writes.EndAsync(entry, RenewalEvidence.WhyNotSentAgain(evidence)).ConfigureAwait(false);
            return RenewalStep.StartOver.Instance;
        }

        long now = parts.Time.GetTimestamp();
        long watchedAfter = now + parts.Time.TimestampsOf(durations.Lease);
        parts.Memory.GiveUp(key, new GivenUpMark(entry.Mark!.Id, now, evidence, FollowsTakeover: ownMarks.IsOfAnother(entry.Mark), watchedAfter));
        if (entry.Mark.Outcome != evidence)
        {
            await writes.NoteAsync(entry, evidence).ConfigureAwait(false);
        }

        throw new VismaConnectException(
            $"The token of {key} is not renewed. "
            + FormattableString.Invariant($"It is used until it expires at {token.ExpiresAt:u}; then the user has to connect again. ")
            + RenewalEvidence.WhyNotSentAgain(evidence),
            _unknown?.Failure);
    }

    // Without a grace period haste gains nothing, and the first request of this renewal may still be on its way.
    private async Task WaitForOwnRequestAsync()
    {
        if (_unknown is not { } unknown)
        {
            return;
        }

        if (!_isLogged)
        {
            _isLogged = true;
            Log.SentAgain(parts.Logger, key, unknown.Failure);
        }

        TimeSpan untilRequestIsOver = durations.Grace is null ? durations.Request - parts.Time.GetElapsedTime(unknown.SentAt) : TimeSpan.Zero;
        if (untilRequestIsOver > TimeSpan.Zero)
        {
            await parts.Time.Delay(untilRequestIsOver).ConfigureAwait(false);
        }
    }

    // Null if another save came first.
    private async Task<TokenEntry?> MarkAsync(TokenEntry entry, string? evidence, DateTimeOffset now)
    {
        RenewalMark mark = new()
        {
            Id = RandomText.OfIdentifier(),
            Attempt = entry.LastAttempt + 1,
            Lease = durations.Lease,
            PlacedAt = now,
            Outcome = evidence,
        };
        TokenEntry marked = entry.AsNew() with
        {
            Mark = mark,
            LastAttempt = mark.Attempt,
            UnknownSince = evidence is null ? null : entry.UnknownSince ?? entry.Mark!.PlacedAt,
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

    private Task<RefreshOutcome> SendAsync(TokenEntry marked)
    {
        _secrets ??= _server.Secrets.ToTry(client);
        return _server.RefreshOnceAsync(client, marked.Tokens.RefreshToken!, _secrets[_secretsRefused], durations.Request);
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
    private async Task<RenewalStep> SendAgainAsync(TokenEntry marked, long sentAt, VismaConnectException failure)
    {
        string evidence = RenewalEvidence.Of(marked.Mark!, failure);
        _unknown = new UnknownOutcome(marked.GrantId, marked.Mark!.Attempt, evidence, sentAt, failure);
        if (!_hasSentAgain)
        {
            _hasSentAgain = true;
            return new RenewalStep.MarkAgain(marked);
        }

        ownMarks.GiveUp(marked.Mark, evidence, sendNotBefore: sentAt + (durations.Grace is null ? parts.Time.TimestampsOf(durations.Request) : 0));
        await writes.NoteAsync(marked, evidence).ConfigureAwait(false);
        throw failure;
    }

    // If the server may have exchanged the token after all, only a replay within the grace period can still save the connection.
    private TimeSpan? PauseAfter(VismaConnectException failure, TokenEntry marked)
    {
        bool mayBeSpent = failure.StatusCode == HttpStatusCode.ServiceUnavailable || (marked.Mark!.Outcome is not null && _replay.IsWithinGrace(marked));
        return mayBeSpent && failure.RetryAfter > durations.LongestPause ? durations.LongestPause : failure.RetryAfter;
    }

    // The last send of this renewal without a usable reply. The stored mark may not have its evidence.
    private sealed record UnknownOutcome(string? GrantId, long Attempt, string Evidence, long SentAt, VismaConnectException Failure)
    {
        public bool IsOf(TokenEntry entry) => entry.GrantId == GrantId && entry.Attempt < Attempt;
    }
}
