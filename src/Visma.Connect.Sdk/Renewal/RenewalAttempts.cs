using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>The attempts of one renewal: mark, send, settle (steps 4 to 6 of docs/renewal.md).</summary>
internal sealed class RenewalAttempts(TokenKey key, RenewalParts parts)
{
    private const int ToleratedFailedSwaps = 2;

    private readonly AuthorizationServer _server = parts.Servers.Of(key.Client);
    private readonly HashSet<string> _ownMarks = [];
    private IReadOnlyList<string?>? _secrets;
    private int _secretsRefused;
    private string? _lostAttempts;
    private int _failedSwaps;
    private bool _hasTakenOver;
    private bool _hasSentAgain;
    private bool _hasSalvaged;

    public ConfiguredClient Client { get; } = parts.Clients.Find(key);

    public RenewalLease Lease => RenewalLease.For(Client.Options.GracePeriod);

    /// <summary>Whether a mark is of this renewal: then it need not be watched.</summary>
    public bool IsOwn(RenewalMark mark) => _ownMarks.Contains(mark.Id);

    /// <summary>One attempt on an entry that nobody else has marked.</summary>
    public async Task<RenewalStep> AttemptAsync(TokenEntry basis)
    {
        if (basis.Mark is not { } standing || !IsOwn(standing))
        {
            // What this renewal has begun it brings to an end: its token may be spent.
            parts.InFlight.RequireRunning();
        }

        long began = parts.Time.GetTimestamp();
        DateTimeOffset beganAt = parts.Time.GetUtcNow();
        if (await MarkAsync(basis, beganAt).ConfigureAwait(false) is not { } marked)
        {
            return RenewalStep.LookAgain;
        }

        if (!IsTimeToSend(began, beganAt))
        {
            // Nothing was sent under it: should this renewal end before it marks anew, the next one need not watch it.
            GiveUp(marked.Mark);
            return RenewalStep.LookAgain;
        }

        long sent = parts.Time.GetTimestamp();
        DateTimeOffset sentAt = parts.Time.GetUtcNow();
        _secrets ??= _server.SecretsToTry(Client);
        string? secret = _secrets[_secretsRefused];
        RefreshOutcome outcome = await _server.RefreshOnceAsync(Client, marked.Tokens.RefreshToken!, secret, Lease.Request).ConfigureAwait(false);
        switch (outcome.Result)
        {
            case RefreshResult.Exchanged:
                return await SettleAsync(marked, outcome.Tokens!, sentAt).ConfigureAwait(false);
            case RefreshResult.Salvaged:
                return await SettleSalvagedAsync(marked, outcome.SalvagedRefreshToken!, outcome.Failure!).ConfigureAwait(false);
            case RefreshResult.Refused:
                await EndAsync(marked, WhyRefused(outcome.Failure!, marked.Mark!)).ConfigureAwait(false);
                return RenewalStep.LookAgain;
            case RefreshResult.SecretRefused when _secretsRefused + 1 < _secrets.Count:
                _server.LogRefusedSecret(Client, secret);
                _secretsRefused++;
                return new RenewalStep(Token: null, Again: marked);
            case RefreshResult.SecretRefused or RefreshResult.NotExchanged:
                throw await ClearMarkAsync(marked, outcome.Failure!).ConfigureAwait(false);
            default:
                return await SendAgainAsync(marked, sent, outcome.Failure!).ConfigureAwait(false);
        }
    }

    /// <summary>Swaps the end of the connection in, and tells of it; if another swap came first, that one counts.</summary>
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
            parts.Notice.Tell(key, ended);
        }
    }

    // Step 4. Null: lost the swap.
    private async Task<TokenEntry?> MarkAsync(TokenEntry basis, DateTimeOffset now)
    {
        // One that was given up here, and over nobody, is as good as our own.
        _hasTakenOver |= basis.Mark is { } before && !IsOwn(before) && parts.Memory.GivenUp(key, before.Id) is not { NotAfter: long.MaxValue };
        RenewalMark mark = new()
        {
            Id = RandomText.OfIdentifier(),
            Attempt = basis.LastAttempt + 1,
            Lease = Lease.Lease,
            PlacedAt = now,
            Outcome = OutcomeBefore(basis.Mark),
        };
        TokenEntry marked = basis.AsNew() with { Mark = mark, LastAttempt = mark.Attempt };
        _ownMarks.Add(mark.Id);
        return await TrySwapAsync(marked, basis).ConfigureAwait(false) ? marked : null;
    }

    // Swaps, and looks where the outcome is not known. A mark of ours that may stand after all is nobody's to watch here.
    private async Task<bool> TrySwapAsync(TokenEntry entry, TokenEntry over)
    {
        try
        {
            return await parts.Cache.SaveAsync(key, entry, over.Version, Lease.Cache).ConfigureAwait(false);
        }
        catch (VismaConnectException) when (_failedSwaps++ < ToleratedFailedSwaps)
        {
            try
            {
                return (await parts.Cache.GetAsync(key, Lease.Cache).ConfigureAwait(false))?.Version == entry.Version;
            }
            catch (VismaConnectException)
            {
                GiveUp(entry.Mark ?? over.Mark);
                throw;
            }
        }
        catch (VismaConnectException)
        {
            GiveUp(entry.Mark ?? over.Mark);
            throw;
        }
    }

    private void GiveUp(RenewalMark? mark) => GiveUp(mark, notBefore: parts.Time.GetTimestamp());

    // After a takeover for a lease only: whoever was taken for dead may be alive, and once the cache is back has tokens to save.
    private void GiveUp(RenewalMark? mark, long notBefore)
    {
        if (mark is not null && IsOwn(mark))
        {
            parts.Memory.GiveUp(key, new GivenUpMark(mark.Id, notBefore, _hasTakenOver ? notBefore + Timestamps(Lease.Lease) : long.MaxValue));
        }
    }

    private long Timestamps(TimeSpan span) => (long)(span.TotalSeconds * parts.Time.TimestampFrequency);

    // By the longer of both clocks: the monotonic one stands still while a machine sleeps, the other can be set.
    private bool IsTimeToSend(long began, DateTimeOffset beganAt) =>
        parts.Time.GetElapsedTime(began) < Lease.SendWithin && parts.Time.GetUtcNow() - beganAt < Lease.SendWithin;

    // Step 6.
    private async Task<RenewalStep> SettleAsync(TokenEntry marked, TokenResponse reply, DateTimeOffset sentAt)
    {
        if (RenewedIdToken.FaultOf(reply.IdToken, marked.Tokens, Client) is { } fault)
        {
            // Not a token to hand out; but the refresh token is all there is now.
            _hasSalvaged = true;
            VismaConnectException failure = new($"The reply to the renewal of {key} is not used: {fault}.");
            return await SettleSalvagedAsync(marked, reply.RefreshToken ?? marked.Tokens.RefreshToken!, failure).ConfigureAwait(false);
        }

        RenewalMark mark = marked.Mark!;
        TokenSet tokens = UserTokens.Of(reply, Client, marked.Tokens, marked.Tokens.AccessToken.Scopes, sentAt, mark.Attempt, marked.GrantId!);
        bool isSaved = await SaveAsync(marked, tokens).ConfigureAwait(false);
        Log.TokenObtained(parts.Logger, key, tokens.AccessToken.ExpiresAt);
        return isSaved ? new RenewalStep(tokens.AccessToken, Again: null) : RenewalStep.LookAgain;
    }

    private async Task<RenewalStep> SettleSalvagedAsync(TokenEntry marked, string refreshToken, VismaConnectException failure)
    {
        RenewalMark mark = marked.Mark!;
        Log.ReplySalvaged(parts.Logger, key, failure);
        await SaveAsync(marked, UserTokens.Salvaged(marked.Tokens, refreshToken, parts.Time.GetUtcNow(), mark.Attempt, marked.GrantId!)).ConfigureAwait(false);
        if (_hasSalvaged || parts.Memory.UnsavedOf(key) is not null)
        {
            throw failure;
        }

        _hasSalvaged = true;
        _lostAttempts = null;
        return RenewalStep.LookAgain;
    }

    // True: these tokens are the ones; also where they could only be kept in memory for now.
    private async Task<bool> SaveAsync(TokenEntry marked, TokenSet tokens)
    {
        ObtainedTokens obtained = new(tokens, marked.GrantId!, marked.Mark!.Attempt, marked.Mark.Id);
        SaveResult result;
        try
        {
            result = await parts.Saving.SaveAsync(key, obtained, marked, Lease).ConfigureAwait(false);
        }
        catch (VismaConnectException down)
        {
            parts.Saving.SaveLater(key, obtained, marked, Lease, down);
            return true;
        }

        if (result == SaveResult.Disconnected)
        {
            await parts.Saving.RevokeAsync(key, obtained).ConfigureAwait(false);
            throw ReauthorizationRequiredException.NotConnected(key);
        }

        return result == SaveResult.Saved;
    }

    // Sent, and nothing usable came back: once more under a new mark, then it is left to whoever comes next.
    private async Task<RenewalStep> SendAgainAsync(TokenEntry marked, long sent, VismaConnectException failure)
    {
        RenewalMark mark = marked.Mark! with { Outcome = Joined(marked.Mark.Outcome, FormattableString.Invariant($"Attempt {marked.Mark.Attempt} ({marked.Mark.PlacedAt:u}): {failure.Message}")) };
        TokenEntry noted = marked with { Mark = mark };
        _lostAttempts = mark.Outcome;
        TimeSpan untilSpent = Lease.Grace is null ? Lease.Request - parts.Time.GetElapsedTime(sent) : TimeSpan.Zero;
        if (!_hasSentAgain)
        {
            _hasSentAgain = true;
            Log.SentAgain(parts.Logger, key, failure);
            if (untilSpent > TimeSpan.Zero)
            {
                // Without grace nothing is gained by haste: the first request may still be on its way.
                await parts.Time.Delay(untilSpent).ConfigureAwait(false);
            }

            return new RenewalStep(Token: null, Again: noted);
        }

        GiveUp(mark, notBefore: sent + (Lease.Grace is null ? Timestamps(Lease.Request) : 0));
        try
        {
            await parts.Cache.SaveAsync(key, noted.AsNew(), marked.Version, Lease.Cache).ConfigureAwait(false);
        }
        catch (VismaConnectException)
        {
            // Only the note is missing then.
        }

        throw failure;
    }

    // Surely not exchanged: the token is as good as before. Returns what to throw. A mark that tells of an earlier attempt whose outcome is
    // not known stays, as evidence: that one may have spent the token.
    private async Task<VismaConnectException> ClearMarkAsync(TokenEntry marked, VismaConnectException failure)
    {
        TimeSpan? pause = PauseAfter(failure);
        bool isEvidence = marked.Mark!.Outcome is not null;
        TokenEntry cleared = marked.AsNew() with { Mark = isEvidence ? marked.Mark : null, NotBefore = parts.Time.GetUtcNow() + pause };
        bool isGivenUp = isEvidence;
        try
        {
            // Lost to somebody who only rewrote the entry, the swap leaves the mark: this process need not watch it.
            isGivenUp |= !await parts.Cache.SaveAsync(key, cleared, marked.Version, Lease.Cache).ConfigureAwait(false);
        }
        catch (VismaConnectException)
        {
            isGivenUp = true;
        }

        if (isGivenUp)
        {
            GiveUp(marked.Mark);
        }

        return pause == failure.RetryAfter ? failure : failure.Again(failure.Message, pause);
    }

    // A 503 may have come after the exchange: then only the grace period saves the reply, and the pause has to end within.
    private TimeSpan? PauseAfter(VismaConnectException failure) =>
        failure.RetryAfter > Lease.LongestPause && (_hasSentAgain || failure.StatusCode == HttpStatusCode.ServiceUnavailable)
            ? Lease.LongestPause
            : failure.RetryAfter;

    private string? OutcomeBefore(RenewalMark? before) => before switch
    {
        null => null,
        // The note of a lost attempt may not have reached the cache.
        _ when IsOwn(before) => _lostAttempts ?? before.Outcome,
        _ => before.Outcome ?? FormattableString.Invariant($"Attempt {before.Attempt} ({before.PlacedAt:u}): whoever made it never came back."),
    };

    private static string WhyRefused(VismaConnectException refusal, RenewalMark mark) =>
        $"The identity server refused the refresh token (invalid_grant{(refusal.ErrorDescription is null ? "" : $": '{refusal.ErrorDescription}'")}): "
        + (mark.Outcome is null
            ? "the consent was revoked, has expired, or the token was used elsewhere."
            : $"an attempt before it had no known outcome, so the token was probably spent by a renewal whose reply was lost. {mark.Outcome}");

    private static string Joined(string? before, string next) => before is null ? next : $"{before} {next}";
}
