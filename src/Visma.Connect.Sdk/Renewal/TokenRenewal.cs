namespace Visma.Connect.Sdk;

/// <summary>
/// One renewal of a user token. The steps have the numbers and names of docs/renewal.md, and of the model in docs/renewal-model.
/// </summary>
/// <remarks>
/// The mark in the stored entry is the lock between processes. It is saved before the refresh token is sent, so it is the journal too: one
/// mark, one send. The cancellation of a caller ends that caller's wait, never a renewal. Events that a renewal raises are connected to
/// their handlers in Registration/Wiring.cs.
/// </remarks>
internal sealed class TokenRenewal
{
    private const int ToleratedReadFailures = 3;
    private const int ToleratedForgottenWrites = 3;

    private readonly TokenKey _key;
    private readonly AccessToken? _replaced;
    private readonly RenewalParts _parts;
    private readonly ConfiguredClient _client;
    private readonly RenewalDurations _durations;
    private readonly RenewalPlace _place;
    private readonly MarkWatch _watch;
    private readonly EntryWrites _writes;
    private readonly RenewalAttempts _attempts;
    private int _readFailures;
    private int _forgottenWrites;

    /// <param name="key">The connection.</param>
    /// <param name="replaced">The token to replace, because the API rejected it or it expires soon. Null if any usable token will do.</param>
    /// <param name="urgency">Whether callers wait for it.</param>
    /// <param name="parts">What all renewals share.</param>
    public TokenRenewal(TokenKey key, AccessToken? replaced, Urgency urgency, RenewalParts parts)
    {
        _key = key;
        _replaced = replaced;
        _parts = parts;
        _client = parts.Clients.Find(key);
        _durations = RenewalDurations.For(_client.Options.GracePeriod);
        _place = new RenewalPlace(_client.Authority, urgency, parts.Places, parts.Time);
        OwnMarks ownMarks = new(key, _durations, parts.Memory, parts.Time);
        _watch = new MarkWatch(key, _durations, ownMarks, parts.Memory, parts.Time, parts.Logger);
        _writes = new EntryWrites(key, _durations, ownMarks, parts);
        _attempts = new RenewalAttempts(key, _client, _durations, _place, ownMarks, _writes, new ReplayRule(key, _client, _durations, parts), parts);
    }

    public async Task<AccessToken> RunAsync()
    {
        try
        {
            await _place.TakeAsync().ConfigureAwait(false);
            return await RenewAsync().ConfigureAwait(false);
        }
        catch (VismaConnectException failure) when (failure is not ReauthorizationRequiredException)
        {
            _parts.FollowUp.Begin(_key, _durations);
            throw;
        }
        finally
        {
            _place.GiveBack();
        }
    }

    private async Task<AccessToken> RenewAsync()
    {
        while (true)
        {
            // Step 1: read the entry, and use its token if it is usable.
            if (await ReadAsync().ConfigureAwait(false) is not { } entry || await PutBackAsync(entry).ConfigureAwait(false))
            {
                continue;
            }

            // Usable or not: what is remembered has to be about the tokens that are stored.
            _parts.Memory.Keep(_key, NewestTokens.Of(entry));
            if (UsableTokenOf(entry) is { } token)
            {
                return token;
            }

            // Step 2: check that the connection can be renewed.
            RequireRenewable(entry);
            if (entry.Tokens.RefreshToken is null)
            {
                await _writes.EndAsync(entry, RenewalEvidence.WhyNotRenewable(_client.Authority.IsLegacy)).ConfigureAwait(false);
                continue;
            }

            // Step 3: watch the mark of another process.
            if (_watch.WaitBeforeNextLook(entry) is { } wait)
            {
                _parts.InFlight.RequireRunning();
                await _place.PauseAsync(wait).ConfigureAwait(false);
                continue;
            }

            // The entry may change during the wait for a place. With a mark there is no wait: its token may be spent, and a grace period may run.
            if (entry.Mark is null && await _place.TakeAsync().ConfigureAwait(false))
            {
                continue;
            }

            // Steps 4 to 6: mark, send and judge the reply, save.
            RenewalStep step = await _attempts.AttemptAsync(entry).ConfigureAwait(false);
            while (step is RenewalStep.MarkAgain again)
            {
                step = await _attempts.AttemptAsync(again.Entry).ConfigureAwait(false);
            }

            if (step is RenewalStep.Done done)
            {
                return done.Token;
            }
        }
    }

    // Null if the cache failed: the entry is to be read again.
    private async Task<TokenEntry?> ReadAsync()
    {
        TokenEntry? entry;
        try
        {
            entry = await _parts.Cache.GetAsync(_key, _durations.CacheOperation).ConfigureAwait(false);
            _readFailures = 0;
        }
        catch (VismaConnectException failure) when (failure.IsTransient && ++_readFailures < ToleratedReadFailures)
        {
            _watch.StartAgain();
            await _place.PauseAsync(RenewalSchedule.Jittered(_durations.Look)).ConfigureAwait(false);
            await _place.TakeAsync().ConfigureAwait(false);
            return null;
        }

        if (entry is null)
        {
            _parts.Memory.Forget(_key);
            throw ReauthorizationRequiredException.NotConnected(_key);
        }

        StoredConnectionCheck.RequireFor(_client, entry, _key);
        return entry;
    }

    // A cache can lose an acknowledged write, for example in a failover. Newer tokens in memory are then saved again. True if that was so.
    private async Task<bool> PutBackAsync(TokenEntry entry)
    {
        if (_parts.Memory.NewestOf(_key) is not { } known || !known.AreNewerThan(entry) || known.Over(entry, _parts.Time.GetUtcNow()) is not { } newest)
        {
            return false;
        }

        if (++_forgottenWrites > ToleratedForgottenWrites)
        {
            throw new VismaConnectException($"The token cache keeps losing the newest tokens of {_key}. Nothing was sent, because the refresh token that "
                + "it has is spent.",
                LocalCauses.TokenCache.Remedy,
                innerException: null)
            {
                IsTransient = true,
            };
        }

        Log.CacheForgot(_parts.Logger, _key);
        await _parts.Saving.SaveAsync(_key, newest, entry, _durations).ConfigureAwait(false);
        return true;
    }

    private AccessToken? UsableTokenOf(TokenEntry entry)
    {
        AccessToken token = entry.Tokens.AccessToken.WithAttempt(entry.Attempt, entry.GrantId);
        // A VNI token does not expire. It is usable until its connection ends.
        bool hasEnded = entry.State == ConnectionState.ReauthorizationRequired && _client.Authority.IsLegacy;
        return !hasEnded && RenewalSchedule.IsUsable(token, _replaced, _parts.Time.GetUtcNow()) ? token : null;
    }

    private void RequireRenewable(TokenEntry entry)
    {
        if (entry.State == ConnectionState.ReauthorizationRequired)
        {
            throw ReauthorizationRequiredException.Of(_key, entry.StateReason ?? "", entry.StateSince);
        }

        DateTimeOffset now = _parts.Time.GetUtcNow();
        if (entry.Tokens.RefreshToken is null && !_client.Authority.IsLegacy && RenewalSchedule.IsUsable(entry.Tokens.AccessToken, replaced: null, now))
        {
            // The access token may still be good until it expires, so the connection does not end yet.
            throw ReauthorizationRequiredException.Of(_key, RenewalEvidence.WhyNotRenewable(isLegacy: false), since: null);
        }

        // A time further ahead than any server may ask for was written by a wrong clock.
        if (entry.NotBefore - now is { } pause && pause > TimeSpan.Zero && pause <= RetryAfter.Longest)
        {
            throw new VismaConnectException(
                FormattableString.Invariant($"The identity server asked for no requests during another {pause.TotalSeconds:0} s, ")
                + $"so the token of {_key} is not renewed yet.")
            {
                IsTransient = true,
                RetryAfter = pause,
            };
        }
    }
}
