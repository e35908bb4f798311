using System.Collections.Concurrent;

namespace Visma.Connect.Sdk;

/// <summary>The slots of this process, by key.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class TokenSlots
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<TokenKey, TokenSlot> _slots = new();
    private long _sweptAt;

    /// <summary>
    /// The slot of the key; null if there is none. For a key that is used again, this is the slot that was found the last time, even if it was retired
    /// since: a retired slot has no token.
    /// </summary>
    public TokenSlot? Find(TokenKey key)
    {
        if (key.LastFound is TokenSlot last && ReferenceEquals(last.Home, this))
        {
            return last;
        }

        if (_slots.TryGetValue(key, out TokenSlot? slot))
        {
            key.LastFound = slot;
        }

        return slot;
    }

    public TokenSlot FindOrAdd(TokenKey key)
    {
        TokenSlot slot = _slots.GetOrAdd(key, _ => new TokenSlot(this));
        key.LastFound = slot;
        return slot;
    }

    public void Retire(TokenKey key)
    {
        if (_slots.TryGetValue(key, out TokenSlot? slot))
        {
            Retire(key, slot);
        }
    }

    public void Retire(Func<TokenKey, bool> condition)
    {
        foreach ((TokenKey key, TokenSlot slot) in _slots.Where(entry => condition(entry.Key)))
        {
            Retire(key, slot);
        }
    }

    public void Retire(TokenKey key, TokenSlot slot)
    {
        lock (slot)
        {
            slot.Retire();
        }

        Remove(key, slot);
    }

    public void ForgetFailures(Func<TokenKey, bool> condition)
    {
        foreach ((TokenKey _, TokenSlot slot) in _slots.Where(entry => condition(entry.Key)))
        {
            lock (slot)
            {
                slot.ForgetFailure();
            }
        }
    }

    /// <summary>
    /// Removes expired, unused tokens once a minute, so that memory is proportional to the active tenants. Does so in the background, because no caller
    /// should wait until all slots were visited.
    /// </summary>
    /// <param name="now">The time of a <see cref="SuspendAwareClock"/>.</param>
    public void SweepIfDue(long now)
    {
        long last = Volatile.Read(ref _sweptAt);
        if (now - last >= SweepInterval.Ticks && Interlocked.CompareExchange(ref _sweptAt, now, last) == last)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static slots => ((TokenSlots)slots!).Sweep(), this);
        }
    }

    private void Sweep()
    {
        long now = Volatile.Read(ref _sweptAt);
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
}
