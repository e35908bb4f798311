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

    // A token without an expiry is served for this long. A longer time would not fit in a timestamp.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    private readonly ConcurrentDictionary<TokenKey, TokenSlot> _slots = new();
    private long _sweptAt = time.GetTimestamp();

    public ValueTask<AccessToken> GetTokenAsync(TokenKey key, AccessToken? rejected, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return rejected is null
            && _slots.TryGetValue(key, out TokenSlot? slot)
            && slot.TryGetFresh(time.GetTimestamp(), out AccessToken token)
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

                long now = time.GetTimestamp();
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
                        return new ValueTask<AccessToken>(Task.FromException<AccessToken>(failure.Repeated(time.GetElapsedTime(now, failure.NotBefore))));
                    }

                    BeginRenewal(key, slot, held ?? rejected, isRejected: rejected is not null);
                }

                return WaitAsync(slot.Renewal!, cancellationToken);
            }
        }
    }

    // True if the held token is newer than the one that the API rejected, or too young to be the cause. Its age is the longer one by both
    // clocks, because the monotonic clock of a suspended machine can stand still.
    private bool IsNoCauseOf(AccessToken rejected, AccessToken held, long heldSince, long now) =>
        held.Succeeds(rejected)
        || (time.GetElapsedTime(heldSince, now) < RenewalSchedule.NotRenewedForRejection
            && time.GetUtcNow() - held.ObtainedAt < RenewalSchedule.NotRenewedForRejection);

    // Called with the slot locked. No caller waits for a renewal in the background, so its failure is logged.
    private void BeginRenewal(TokenKey key, TokenSlot slot, AccessToken? replaced, bool isRejected) =>
        slot.BeginRenewal(DetachedWork.Run(() => RenewAsync(key, slot, replaced, isRejected)));

    private async Task<AccessToken> RenewAsync(TokenKey key, TokenSlot slot, AccessToken? replaced, bool isRejected)
    {
        try
        {
            RenewalMargin margin = renewalMargin(key);
            AccessToken token = await ObtainAsync(key, replaced).ConfigureAwait(false);
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

    private Task<AccessToken> ObtainAsync(TokenKey key, AccessToken? replaced) =>
        key.Connection is null ? serviceTokens.ObtainAsync(key, replaced) : userTokens.ObtainAsync(key, replaced);

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
            long now = time.GetTimestamp();
            slot.Hold(token, now, After(now, renewAfter), After(now, serveFor));
        }
    }

    private void Fail(TokenKey key, TokenSlot slot, Exception failure)
    {
        AccessToken? held;
        lock (slot)
        {
            long now = time.GetTimestamp();
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
                kept = new RenewalFailure(refusal, inARow, After(now, wait));
            }

            slot.Fail(kept, After(now, wait < RenewalSchedule.Floor ? RenewalSchedule.Floor : wait));
        }

        if (held is not null && failure is not ReauthorizationRequiredException)
        {
            Log.RenewalFailed(logger, key, held.ExpiresAt, failure);
        }
    }

    // Removes expired, unused tokens, so that memory is proportional to the active tenants.
    private void Sweep()
    {
        long now = time.GetTimestamp();
        long last = Volatile.Read(ref _sweptAt);
        if (time.GetElapsedTime(last, now) < SweepInterval || Interlocked.CompareExchange(ref _sweptAt, now, last) != last)
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

    private long After(long now, TimeSpan wait) => now + (long)(Math.Min(wait.TotalSeconds, Longest.TotalSeconds) * time.TimestampFrequency);

    private ValueTask<AccessToken> WaitAsync(Task<AccessToken> renewal, CancellationToken cancellationToken) =>
        new(cancellationToken.CanBeCanceled ? renewal.WaitAsync(Timeout.InfiniteTimeSpan, time, cancellationToken) : renewal);
}
