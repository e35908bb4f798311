using System.Collections.Concurrent;
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
    TimeProvider time,
    ILogger logger) : ITokenSource
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<TokenKey, TokenSlot> _slots = new();
    private readonly SuspendAwareClock _clock = new(time);
    private long _sweptAt;

    public ValueTask<AccessToken> GetTokenAsync(TokenKey key, AccessToken? rejected, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return rejected is null
            && _slots.TryGetValue(key, out TokenSlot? slot)
            && slot.TryGetFresh(_clock.Now, out AccessToken token)
                ? new ValueTask<AccessToken>(token)
                : GetOrRenewAsync(key, rejected, cancellationToken);
    }

    /// <summary>Removes the tokens of clients whose ClientId, scopes or token endpoint have changed in the settings.</summary>
    public void Forget(ISet<string> clients)
    {
        foreach ((TokenKey key, TokenSlot slot) in _slots.Where(entry => clients.Contains(entry.Key.Client)))
        {
            Retire(key, slot);
        }
    }

    /// <summary>Removes the token of one key, because the user has connected again or is disconnected.</summary>
    public void Forget(TokenKey key)
    {
        if (_slots.TryGetValue(key, out TokenSlot? slot))
        {
            Retire(key, slot);
        }
    }

    private ValueTask<AccessToken> GetOrRenewAsync(TokenKey key, AccessToken? rejected, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            TokenSlot slot = _slots.GetOrAdd(key, static _ => new TokenSlot());
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
                        BeginRenewal(key, slot, held, isRejected: false);
                    }

                    return new ValueTask<AccessToken>(held);
                }

                if (slot.Renewal is null)
                {
                    if (slot.Failure is { } failure && now < failure.NotBefore)
                    {
                        return new ValueTask<AccessToken>(Task.FromException<AccessToken>(failure.Repeated(TimeSpan.FromTicks(failure.NotBefore - now))));
                    }

                    // Also a token that has expired: to a wall clock that was set back, the same token in the token cache looks fresh.
                    BeginRenewal(key, slot, held ?? rejected ?? slot.Token, isRejected: rejected is not null);
                }

                return WaitAsync(slot.AwaitRenewal(), cancellationToken);
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
    private void BeginRenewal(TokenKey key, TokenSlot slot, AccessToken? replaced, bool isRejected)
    {
        Urgency urgency = new();
        slot.BeginRenewal(DetachedWork.Run(() => RenewAsync(key, slot, replaced, isRejected, urgency)), urgency);
    }

    private async Task<AccessToken> RenewAsync(TokenKey key, TokenSlot slot, AccessToken? replaced, bool isRejected, Urgency urgency)
    {
        try
        {
            RenewalMargin margin = renewalMargin(key);
            AccessToken token = await ObtainAsync(key, replaced, urgency).ConfigureAwait(false);
            if (HasExpired(token))
            {
                // The machine was suspended during the request. Once is enough: the caller of a server that is so slow gets what there is.
                token = await ObtainAsync(key, token, urgency).ConfigureAwait(false);
            }

            Hold(slot, token, margin);
            return token;
        }
        catch (Exception failure)
        {
            Fail(key, slot, failure);
            if (isRejected && failure is ReauthorizationRequiredException)
            {
                // The API rejected the token, and it cannot be renewed: it must not be served, whatever its expiry.
                Retire(key, slot);
            }

            throw;
        }
        finally
        {
            Sweep();
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
                int inARow = (slot.Failure?.InARow ?? 0) + 1;
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

    // Removes expired, unused tokens, so that memory is proportional to the active tenants.
    private void Sweep()
    {
        long now = _clock.Now;
        long last = Volatile.Read(ref _sweptAt);
        if (now - last < SweepInterval.Ticks || Interlocked.CompareExchange(ref _sweptAt, now, last) != last)
        {
            return;
        }

        foreach ((TokenKey key, TokenSlot slot) in _slots)
        {
            bool retired;
            lock (slot)
            {
                retired = slot.TryRetire(now);
            }

            if (retired)
            {
                Remove(key, slot);
            }
        }
    }

    // Only this slot: another caller may have added a new one.
    private void Remove(TokenKey key, TokenSlot slot) => ((ICollection<KeyValuePair<TokenKey, TokenSlot>>)_slots).Remove(new(key, slot));

    private void Retire(TokenKey key, TokenSlot slot)
    {
        lock (slot)
        {
            slot.Retire();
        }

        Remove(key, slot);
    }

    private ValueTask<AccessToken> WaitAsync(Task<AccessToken> renewal, CancellationToken cancellationToken) =>
        new(cancellationToken.CanBeCanceled ? renewal.WaitAsync(Timeout.InfiniteTimeSpan, time, cancellationToken) : renewal);
}
