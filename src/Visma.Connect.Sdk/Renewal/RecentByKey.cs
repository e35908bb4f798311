using System.Collections.Concurrent;

namespace Visma.Connect.Sdk;

/// <summary>Values of the keys that were kept last. When there are too many, those that were not kept for longest are forgotten, in the background.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="limit">About how many keys are remembered: an eighth more at most, until the background work is done.</param>
internal sealed class RecentByKey<TValue>(int limit)
    where TValue : class
{
    private readonly ConcurrentDictionary<TokenKey, Kept> _all = new();
    private long _latest;

    public TValue? Find(TokenKey key) => _all.TryGetValue(key, out Kept? kept) ? kept.Value : null;

    public void Keep(TokenKey key, TValue value)
    {
        long number = Interlocked.Increment(ref _latest);
        _all[key] = new Kept(value, number);
        if (number % (limit / 8) == 0)
        {
            // No renewal should wait until all keys were visited.
            ThreadPool.UnsafeQueueUserWorkItem(static values => ((RecentByKey<TValue>)values!).ForgetOldest(), this);
        }
    }

    public void Remove(TokenKey key) => _all.TryRemove(key, out _);

    // A key that is kept again gets a new number, and leaves its old one unused. So the numbers are counted, not subtracted.
    private void ForgetOldest()
    {
        if (_all.Count <= limit)
        {
            return;
        }

        // Not a collection expression: that would count and copy in two steps, between which keys are added.
        KeyValuePair<TokenKey, Kept>[] all = _all.ToArray();
        Array.Sort(all, static (one, other) => one.Value.Number.CompareTo(other.Value.Number));
        for (int oldest = 0; oldest < all.Length - limit; oldest++)
        {
            // Only this value: the key may have been kept again.
            ((ICollection<KeyValuePair<TokenKey, Kept>>)_all).Remove(all[oldest]);
        }
    }

    private sealed class Kept(TValue value, long number)
    {
        public TValue Value { get; } = value;

        public long Number { get; } = number;
    }
}
