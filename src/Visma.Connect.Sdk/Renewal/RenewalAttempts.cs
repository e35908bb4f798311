using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>The attempts of one renewal: mark, send, judge the reply, save (steps 4 to 6 of docs/renewal.md).</summary>
internal sealed class RenewalAttempts(TokenKey key, ConfiguredClient client, RenewalDurations durations, OwnMarks ownMarks, RenewalParts parts)
{
    private const int ToleratedFailedSwaps = 2;

    private readonly AuthorizationServer _server = parts.Servers.Of(key.Client);
    private readonly ReplySaving _saving = new(key, client, durations, parts);
    private IReadOnlyList<string?>? _secrets;
    private int _secretsRefused;
    private bool _hasSentAgain;
    private int _failedSwaps;

    // The evidence of a send under a mark, which the stored mark may not have.
    private (string MarkId, string Evidence)? _unknownOutcome;

    /// <summary>Makes one attempt on an entry that has no mark, or a mark that may be replaced.</summary>
    public async Task<RenewalStep> AttemptAsync(TokenEntry entry)
    {
        if (!ownMarks.Contains(entry.Mark))
        {
            // A renewal that has sent its token goes on although the host stops, because the token may be spent.
            parts.InFlight.RequireRunning();
        }

        // Step 4: mark.
        Moment began = Moment.Now(parts.Time);
        if (await MarkAsync(entry, began.At).ConfigureAwait(false) is not { } marked)
        {
            return RenewalStep.StartOver.Instance;
        }

        // Step 5: send the refresh token, if the lease leaves time for the reply and its save, and judge the reply.
        if (began.ElapsedBy(parts.Time) >= durations.SendWithin)
        {
            // Nothing was sent under this mark, so this process may replace it without a watch.
            ownMarks.GiveUp(marked.Mark);
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
                await EndAsync(marked, RenewalEvidence.WhyRefused(outcome.Failure!, marked.Mark!)).ConfigureAwait(false);
                return RenewalStep.StartOver.Instance;
            case RefreshResult.SecretRefused when TryNextSecret():
                return new RenewalStep.MarkAgain(marked);
            case RefreshResult.SecretRefused or RefreshResult.NotExchanged:
                TimeSpan? pause = PauseAfter(outcome.Failure!, marked.Mark!);
                await ClearMarkAsync(marked, pause).ConfigureAwait(false);
                throw pause == outcome.Failure!.RetryAfter ? outcome.Failure : outcome.Failure.Again(outcome.Failure.Message, pause);
            default:
                return await SendAgainAsync(marked, sent.Timestamp, outcome.Failure!).ConfigureAwait(false);
        }
    }

    /// <summary>Saves the end of the connection, and raises it. If another save came first, that save counts.</summary>
    public async Task EndAsync(TokenEntry entry, string reason)
    {
        TokenEntry ended = entry.AsNew() with
        {
            State = ConnectionState.ReauthorizationRequired,
            StateReason = reason,
            StateSince = parts.Time.GetUtcNow(),
            Mark = null,
        };
        if (await TrySwapAsync(ended, entry).ConfigureAwait(false))
        {
            parts.Notice.Raise(key, ended);
        }
    }

    // Null if another save came first.
    private async Task<TokenEntry?> MarkAsync(TokenEntry entry, DateTimeOffset now)
    {
        RenewalMark mark = new()
        {
            Id = RandomText.OfIdentifier(),
            Attempt = entry.LastAttempt + 1,
            Lease = durations.Lease,
            PlacedAt = now,
            Outcome = EvidenceBefore(entry.Mark),
        };
        TokenEntry marked = entry.AsNew() with { Mark = mark, LastAttempt = mark.Attempt };
        ownMarks.Add(mark, replaced: entry.Mark);
        return await TrySwapAsync(marked, entry).ConfigureAwait(false) ? marked : null;
    }

    private string? EvidenceBefore(RenewalMark? before) =>
        before is null ? null
        : before.Id == _unknownOutcome?.MarkId ? _unknownOutcome?.Evidence
        : ownMarks.Contains(before) ? before.Outcome
        : RenewalEvidence.OfUnfinished(before);

    private Task<RefreshOutcome> SendAsync(TokenEntry marked)
    {
        _secrets ??= _server.SecretsToTry(client);
        return _server.RefreshOnceAsync(client, marked.Tokens.RefreshToken!, _secrets[_secretsRefused], durations.Request);
    }

    private bool TryNextSecret()
    {
        if (_secretsRefused + 1 == _secrets!.Count)
        {
            return false;
        }

        _server.LogRefusedSecret(client, _secrets[_secretsRefused]);
        _secretsRefused++;
        return true;
    }

    // The token was sent, and no usable reply came. It is sent once more under a new mark; after that, the mark stays with the evidence.
    private async Task<RenewalStep> SendAgainAsync(TokenEntry marked, long sent, VismaConnectException failure)
    {
        RenewalMark mark = marked.Mark! with { Outcome = RenewalEvidence.Of(marked.Mark, failure) };
        TokenEntry noted = marked with { Mark = mark };
        _unknownOutcome = (mark.Id, mark.Outcome);
        // Without a grace period haste gains nothing, and the first request may still be on its way.
        TimeSpan untilRequestIsOver = durations.Grace is null ? durations.Request - parts.Time.GetElapsedTime(sent) : TimeSpan.Zero;
        if (!_hasSentAgain)
        {
            _hasSentAgain = true;
            Log.SentAgain(parts.Logger, key, failure);
            if (untilRequestIsOver > TimeSpan.Zero)
            {
                await parts.Time.Delay(untilRequestIsOver).ConfigureAwait(false);
            }

            return new RenewalStep.MarkAgain(noted);
        }

        ownMarks.GiveUp(mark, sendNotBefore: sent + (durations.Grace is null ? parts.Time.TimestampsOf(durations.Request) : 0));
        try
        {
            await parts.Cache.SaveAsync(key, noted.AsNew(), marked.Version, durations.CacheOperation).ConfigureAwait(false);
        }
        catch (VismaConnectException)
        {
            // Then only the evidence is missing.
        }

        throw failure;
    }

    // The token was certainly not exchanged by this send. A mark with evidence stays, because an earlier send may have spent the token.
    private async Task ClearMarkAsync(TokenEntry marked, TimeSpan? pause)
    {
        bool isEvidence = marked.Mark!.Outcome is not null;
        TokenEntry cleared = marked.AsNew() with { Mark = isEvidence ? marked.Mark : null, NotBefore = parts.Time.GetUtcNow() + pause };
        bool isCleared = false;
        try
        {
            isCleared = await parts.Cache.SaveAsync(key, cleared, marked.Version, durations.CacheOperation).ConfigureAwait(false) && !isEvidence;
        }
        catch (VismaConnectException)
        {
            // The mark may still be stored.
        }

        if (!isCleared)
        {
            ownMarks.GiveUp(marked.Mark);
        }
    }

    // If the server may have exchanged the token after all, only a replay within the grace period can still save the connection.
    private TimeSpan? PauseAfter(VismaConnectException failure, RenewalMark mark)
    {
        bool mayBeSpent = mark.Outcome is not null || failure.StatusCode == HttpStatusCode.ServiceUnavailable;
        return mayBeSpent && failure.RetryAfter > durations.LongestPause ? durations.LongestPause : failure.RetryAfter;
    }

    // Reads the entry where the outcome of the save is unknown. A mark that may be stored after all is given up: no watch here.
    private async Task<bool> TrySwapAsync(TokenEntry entry, TokenEntry over)
    {
        try
        {
            return await parts.Cache.SaveAsync(key, entry, over.Version, durations.CacheOperation).ConfigureAwait(false);
        }
        catch (VismaConnectException) when (_failedSwaps++ < ToleratedFailedSwaps)
        {
            try
            {
                return (await parts.Cache.GetAsync(key, durations.CacheOperation).ConfigureAwait(false))?.Version == entry.Version;
            }
            catch (VismaConnectException)
            {
                ownMarks.GiveUp(entry.Mark ?? over.Mark);
                throw;
            }
        }
        catch (VismaConnectException)
        {
            ownMarks.GiveUp(entry.Mark ?? over.Mark);
            throw;
        }
    }
}
