namespace Visma.Connect.Sdk;

/// <summary>
/// One renewal of a user token, step by step as docs/renewal.md has it. The mark in the entry is the lock, and written before the refresh
/// token leaves the process it is also the journal: one mark, one send. No caller's cancellation comes in here.
/// </summary>
internal sealed class TokenRenewal(TokenKey key, AccessToken? rejected, RenewalParts parts)
{
    private const int ToleratedReadFailures = 3;
    private const int ToleratedForgottenWrites = 3;

    private readonly RenewalAttempts _attempts = new(key, parts);
    private int _readFailures;
    private int _healed;

    private MarkWatch? _watch;

    private ConfiguredClient Client => _attempts.Client;

    private RenewalLease Lease => _attempts.Lease;

    private MarkWatch Watch => _watch ??= new MarkWatch(key, Lease, parts.Memory, parts.Time);

    public async Task<AccessToken> RunAsync()
    {
        while (true)
        {
            if (await ReadAsync().ConfigureAwait(false) is not { } entry || await PutBackAsync(entry).ConfigureAwait(false))
            {
                continue;
            }

            if (TokenOf(entry) is { } token)
            {
                return token;
            }

            RequireRenewable(entry);
            if (entry.Tokens.RefreshToken is null)
            {
                await _attempts.EndAsync(entry, WhyWithoutRefreshToken()).ConfigureAwait(false);
                continue;
            }

            if (await IsTakenAsync(entry).ConfigureAwait(false))
            {
                continue;
            }

            RenewalStep step = new(Token: null, Again: entry);
            while (step.Again is { } basis)
            {
                step = await _attempts.AttemptAsync(basis).ConfigureAwait(false);
            }

            if (step.Token is not null)
            {
                return step.Token;
            }
        }
    }

    // Step 1. Null: look again.
    private async Task<TokenEntry?> ReadAsync()
    {
        TokenEntry? entry;
        try
        {
            entry = await parts.Cache.GetAsync(key, Lease.Cache).ConfigureAwait(false);
            _readFailures = 0;
        }
        catch (VismaConnectException failure) when (failure.IsTransient && ++_readFailures < ToleratedReadFailures)
        {
            Watch.StartAgain();
            await parts.Time.Delay(RenewalTimes.Jittered(Lease.Look)).ConfigureAwait(false);
            return null;
        }

        if (entry is null)
        {
            parts.Memory.Forget(key);
            throw ReauthorizationRequiredException.NotConnected(key);
        }

        StoredConnection.RequireFor(Client, entry, key);
        return entry;
    }

    // A cache that has forgotten a write, after a failover say, gets it back from whoever remembers.
    private async Task<bool> PutBackAsync(TokenEntry entry)
    {
        if (parts.Memory.NewestOf(key) is not { } newest || !newest.AreNewerThan(entry))
        {
            return false;
        }

        if (++_healed > ToleratedForgottenWrites)
        {
            throw new VismaConnectException($"The token cache keeps forgetting the newest tokens of {key}. Nothing was sent: its refresh token is spent. See to the cache.")
            {
                IsTransient = true,
                Remedy = "See to the token cache.",
            };
        }

        Log.CacheForgot(parts.Logger, key);
        await parts.Saving.SaveAsync(key, newest, entry, Lease).ConfigureAwait(false);
        return true;
    }

    private AccessToken? TokenOf(TokenEntry entry)
    {
        AccessToken token = entry.Tokens.AccessToken.WithAttempt(entry.Attempt, entry.GrantId);
        // A VNI token has no end but the state's.
        bool hasEnded = entry.State == ConnectionState.ReauthorizationRequired && Client.Authority.IsLegacy;
        if (hasEnded || !UserTokens.IsUsable(token, rejected, parts.Time.GetUtcNow()))
        {
            return null;
        }

        parts.Memory.Keep(key, ObtainedTokens.Of(entry));
        return token;
    }

    // Step 2, and what the server asked for.
    private void RequireRenewable(TokenEntry entry)
    {
        if (entry.State == ConnectionState.ReauthorizationRequired)
        {
            throw ReauthorizationRequiredException.Of(key, entry.StateReason ?? "", entry.StateSince);
        }

        DateTimeOffset now = parts.Time.GetUtcNow();
        if (entry.Tokens.RefreshToken is null && !Client.Authority.IsLegacy && UserTokens.IsUsable(entry.Tokens.AccessToken, rejected: null, now))
        {
            // It may still be good for the rest of its time: not the end yet.
            throw ReauthorizationRequiredException.Of(key, WhyWithoutRefreshToken(), since: null);
        }

        // A note from further ahead than anybody is ever asked to wait is of a clock that is wrong.
        if (entry.NotBefore - now is { } pause && pause > TimeSpan.Zero && pause <= RetryAfter.Longest)
        {
            throw new VismaConnectException(
                FormattableString.Invariant($"The identity server asked to be left alone for another {pause.TotalSeconds:0} s, so the token of {key} is not renewed yet."))
            {
                IsTransient = true,
                RetryAfter = pause,
            };
        }
    }

    // Step 3: true when the look was in vain, and another is due.
    private async Task<bool> IsTakenAsync(TokenEntry entry)
    {
        if (entry.Mark is not { } mark || _attempts.IsOwn(mark))
        {
            return false;
        }

        long now = parts.Time.GetTimestamp();
        if (parts.Memory.GivenUp(key, mark.Id) is { } given && now <= given.NotAfter)
        {
            TimeSpan wait = parts.Time.GetElapsedTime(now, given.NotBefore);
            if (wait <= TimeSpan.Zero)
            {
                return false;
            }

            parts.InFlight.RequireRunning();
            await parts.Time.Delay(wait).ConfigureAwait(false);
            return true;
        }

        if (Watch.HasLapsed(entry, mark))
        {
            Log.MarkTakenOver(parts.Logger, key, mark.Attempt, mark.PlacedAt);
            return false;
        }

        parts.InFlight.RequireRunning();
        await parts.Time.Delay(RenewalTimes.Jittered(Lease.Look)).ConfigureAwait(false);
        return true;
    }

    private string WhyWithoutRefreshToken() => Client.Authority.IsLegacy
        ? "VNI refused its token (401): it was revoked, or a newer one for the same user and application has taken its place. VNI's tokens cannot be renewed."
        : "The access token has come to its end, and there is no refresh token: ask for the scope 'offline_access', and switch Offline Access on in the Visma Developer Portal.";
}
