using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>
/// Keeps the token of each key in memory, lets concurrent callers share one request, and renews ahead of expiry in the background while
/// the old token is still served. Where tokens come from is the inner source's business.
/// </summary>
internal sealed class CachingTokenSource(TokenSourceByKey inner, Func<TokenKey, RenewalMargin> renewalMargin, TimeProvider time, ILogger logger)
    : ITokenSource
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    // What never expires is served for so long; more would not fit a timestamp.
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

    /// <summary>Forgets the tokens of clients that are another application now, or ask for other scopes, or elsewhere.</summary>
    public void Forget(ISet<string> clients)
    {
        foreach ((TokenKey key, TokenSlot slot) in _slots.Where(entry => clients.Contains(entry.Key.Client)))
        {
            Retire(key, slot);
        }
    }

    /// <summary>Forgets the token of one key: the user has connected anew, or is disconnected.</summary>
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

    // The held token is newer than the one the API refused, or too young to be the cause. The older of two clocks tells its age: a
    // suspended machine's monotonic clock may have stood still.
    private bool IsNoCauseOf(AccessToken rejected, AccessToken held, long heldSince, long now) =>
        held.Succeeds(rejected)
        || (time.GetElapsedTime(heldSince, now) < RenewalSchedule.NotRenewedForRejection
            && time.GetUtcNow() - held.ObtainedAt < RenewalSchedule.NotRenewedForRejection);

    // Called with the slot locked. A renewal in the background has nobody waiting: its failure is logged.
    private void BeginRenewal(TokenKey key, TokenSlot slot, AccessToken? replaced, bool isRejected) =>
        slot.BeginRenewal(DetachedWork.Run(() => RenewAsync(key, slot, replaced, isRejected)));

    private async Task<AccessToken> RenewAsync(TokenKey key, TokenSlot slot, AccessToken? replaced, bool isRejected)
    {
        try
        {
            RenewalMargin margin = renewalMargin(key);
            AccessToken token = await inner.ObtainAsync(key, replaced).ConfigureAwait(false);
            Hold(slot, token, margin);
            return token;
        }
        catch (Exception failure)
        {
            Fail(key, slot, failure);
            if (isRejected && failure is ReauthorizationRequiredException)
            {
                // The API refused it, and nobody can renew it: no token that is still good, whatever its expiry says.
                Retire(key, slot);
            }

            throw;
        }
        finally
        {
            Sweep();
        }
    }

    private void Hold(TokenSlot slot, AccessToken token, RenewalMargin margin)
    {
        TimeSpan lifetime = token.ExpiresAt - token.ObtainedAt;
        TimeSpan age = time.GetUtcNow() - token.ObtainedAt;
        // A wall clock that was set back meanwhile makes no token younger than new.
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
                // No request is behind it: whoever asks is told, at once when the user has connected again.
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

    // What has expired and is no longer asked for goes, so that memory follows the tenants in use, not all there ever were.
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

    // This very slot: another caller may have put a new one in its place.
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
