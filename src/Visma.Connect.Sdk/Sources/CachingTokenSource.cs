using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>
/// Keeps the token of each key in memory, lets concurrent callers share one request, and renews a token before its expiry, in the
/// background, while the old token is still served.
/// </summary>
internal sealed class CachingTokenSource(
    ServiceTokenSource serviceTokens,
    UserTokenSource userTokens,
    Func<TokenKey, RenewalMargin> renewalMargin,
    Signals signals,
    TimeProvider time,
    ILogger logger) : ITokenSource
{
    private readonly TokenSlots _slots = new();
    private readonly SuspendAwareClock _clock = new(time);

    public ValueTask<AccessToken> GetTokenAsync(TokenKey key, AccessToken? rejected, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (rejected is null && _slots.Find(key) is { } slot)
        {
            long now = _clock.Now;
            if (slot.TryGetFresh(now, out AccessToken? token))
            {
                _slots.SweepIfDue(now);
                return new ValueTask<AccessToken>(Used(key, token));
            }
        }

        return GetOrRenewAsync(key, rejected, cancellationToken);
    }

    /// <summary>Renews a token at once, also while the token lives and while callers have to wait after failures. Ends with the renewal.</summary>
    public Task RenewNowAsync(TokenKey key)
    {
        while (true)
        {
            TokenSlot slot = _slots.FindOrAdd(key);
            lock (slot)
            {
                if (!slot.IsRetired)
                {
                    if (slot is { Renewal: null })
                    {
                        BeginRenewal(key, slot, slot.Token, slot.TokenAt(_clock.Now) is null ? RenewalReason.Late : RenewalReason.Ahead);
                    }

                    return slot.AwaitRenewal();
                }
            }
        }
    }

    /// <summary>Removes the tokens of clients whose ClientId, scopes or token endpoint have changed in the settings.</summary>
    public void Forget(ISet<string> clients) => _slots.Retire(key => clients.Contains(key.Client));

    /// <summary>Removes the token of one key, because the user has connected again or is disconnected.</summary>
    public void Forget(TokenKey key) => _slots.Retire(key);

    /// <summary>Removes the failures of clients whose secrets or server have changed in the settings, so that their next calls send requests.</summary>
    public void ForgetFailures(ISet<string> clients) => _slots.ForgetFailures(key => clients.Contains(key.Client));

    private ValueTask<AccessToken> GetOrRenewAsync(TokenKey key, AccessToken? rejected, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            TokenSlot slot = _slots.FindOrAdd(key);
            lock (slot)
            {
                if (slot.IsRetired)
                {
                    continue;
                }

                long now = _clock.Now;
                AccessToken? held = slot.TokenAt(now);
                if (held is not null && (rejected is null || IsNoCauseOf(rejected, held, slot.HeldSince, now)))
                {
                    if (slot.IsRenewalDue(now))
                    {
                        BeginRenewal(key, slot, held, RenewalReason.Ahead);
                    }

                    return new ValueTask<AccessToken>(Used(key, held));
                }

                if (slot.Renewal is null)
                {
                    if (slot.Failure is { } failure && now < failure.NotBefore)
                    {
                        return new ValueTask<AccessToken>(Task.FromException<AccessToken>(failure.Repeated(TimeSpan.FromTicks(failure.NotBefore - now))));
                    }

                    // Also a token that has expired: to a wall clock that was set back, the same token in the token cache looks fresh.
                    BeginRenewal(key, slot, held ?? rejected ?? slot.Token, rejected is null ? RenewalReason.Late : RenewalReason.Rejected);
                }

                return WaitAsync(key, slot.AwaitRenewal(), cancellationToken);
            }
        }
    }

    // True if the held token is newer than the one that the API rejected, or too young to be the cause. It may have come from the token
    // cache, so its date counts too.
    private bool IsNoCauseOf(AccessToken rejected, AccessToken held, long heldSince, long now) =>
        held.Succeeds(rejected)
        || (TimeSpan.FromTicks(now - heldSince) < RenewalSchedule.NotRenewedForRejection
            && time.GetUtcNow() - held.ObtainedAt < RenewalSchedule.NotRenewedForRejection);

    // Called with the slot locked. No caller waits for a renewal in the background, so its failure is logged.
    private void BeginRenewal(TokenKey key, TokenSlot slot, AccessToken? replaced, RenewalReason reason)
    {
        Urgency urgency = new();
        ActivityContext cause = Activity.Current?.Context ?? default;
        slot.BeginRenewal(DetachedWork.Run(() => RenewAsync(key, slot, replaced, reason, cause, urgency)), urgency);
    }

    private async Task<AccessToken> RenewAsync(
        TokenKey key,
        TokenSlot slot,
        AccessToken? replaced,
        RenewalReason reason,
        ActivityContext cause,
        Urgency urgency)
    {
        Activity? activity = Signals.BeginRenewal(cause);
        bool isKnown = false;
        try
        {
            RenewalMargin margin = renewalMargin(key);
            isKnown = true;
            AccessToken token = await ObtainAsync(key, replaced, urgency).ConfigureAwait(false);
            if (HasExpired(token))
            {
                // The machine was suspended during the request. Once is enough: the caller of a server that is so slow gets what there is.
                token = await ObtainAsync(key, token, urgency).ConfigureAwait(false);
            }

            Hold(slot, token, margin);
            signals.EndRenewal(activity, key, reason, failure: null);
            return token;
        }
        catch (Exception failure)
        {
            Fail(key, slot, failure);
            signals.EndRenewal(activity, key, reason, failure);
            // The API rejected the token, and it cannot be renewed: it must not be served, whatever its expiry. Or the settings have no such token: names
            // can come from requests, so an unknown one is not remembered.
            if (!isKnown || (reason == RenewalReason.Rejected && failure is ReauthorizationRequiredException))
            {
                _slots.Retire(key, slot);
            }

            throw;
        }
        finally
        {
            _slots.SweepIfDue(_clock.Now);
        }
    }

    private Task<AccessToken> ObtainAsync(TokenKey key, AccessToken? replaced, Urgency urgency) =>
        key.Connection is null ? serviceTokens.ObtainAsync(key, replaced, urgency) : userTokens.ObtainAsync(key, replaced, urgency);

    private bool HasExpired(AccessToken token) =>
        time.GetUtcNow() - token.ObtainedAt >= RenewalSchedule.ServeFor(token.ExpiresAt - token.ObtainedAt);

    private void Hold(TokenSlot slot, AccessToken token, RenewalMargin margin)
    {
        TimeSpan lifetime = token.ExpiresAt - token.ObtainedAt;
        TimeSpan age = time.GetUtcNow() - token.ObtainedAt;
        // After the wall clock was set back, a token could seem to come from the future.
        TimeSpan used = age < TimeSpan.Zero ? TimeSpan.Zero : age;
        TimeSpan renewAfter = RenewalSchedule.RenewAfter(lifetime, margin) - used;
        TimeSpan serveFor = RenewalSchedule.ServeFor(lifetime) - used;
        lock (slot)
        {
            long now = _clock.Now;
            slot.Hold(token, now, now + renewAfter.Ticks, now + serveFor.Ticks);
        }
    }

    private void Fail(TokenKey key, TokenSlot slot, Exception failure)
    {
        AccessToken? held;
        lock (slot)
        {
            long now = _clock.Now;
            held = slot.TokenAt(now);
            RenewalFailure? kept = null;
            TimeSpan wait = TimeSpan.Zero;
            if (failure is ReauthorizationRequiredException)
            {
                // Not kept as a failure, because asking again costs no request, and the user may connect at any time.
                wait = RenewalSchedule.LongestBackOff;
            }
            else if (failure is VismaConnectException refusal)
            {
                // A request that was held back tells nothing about this key.
                int inARow = (slot.Failure?.InARow ?? 0) + (refusal.WasHeldBack ? 0 : 1);
                wait = RenewalSchedule.BackOff(inARow, refusal.RetryAfter);
                kept = new RenewalFailure(refusal, inARow, now + wait.Ticks);
            }

            slot.Fail(kept, now + (wait < RenewalSchedule.Floor ? RenewalSchedule.Floor : wait).Ticks);
        }

        if (held is not null && failure is not ReauthorizationRequiredException)
        {
            Log.RenewalFailed(logger, key, held.ExpiresAt, failure);
        }
    }

    private ValueTask<AccessToken> WaitAsync(TokenKey key, Task<AccessToken> renewal, CancellationToken cancellationToken)
    {
        Task<AccessToken> waiting = cancellationToken.CanBeCanceled
            ? renewal.WaitAsync(Timeout.InfiniteTimeSpan, time, cancellationToken)
            : renewal;
        return new ValueTask<AccessToken>(signals.MeasuresWaits ? MeasureAsync(key, waiting) : waiting);
    }

    private async Task<AccessToken> MeasureAsync(TokenKey key, Task<AccessToken> waiting)
    {
        long began = time.GetTimestamp();
        AccessToken? token = null;
        try
        {
            return token = await waiting.ConfigureAwait(false);
        }
        finally
        {
            signals.Wait(key, token, time.GetElapsedTime(began), time.GetUtcNow());
        }
    }

    private AccessToken Used(TokenKey key, AccessToken token)
    {
        if (signals.MeasuresUses)
        {
            signals.Use(key, token, time.GetUtcNow());
        }

        return token;
    }
}
