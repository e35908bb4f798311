namespace Visma.Connect.Sdk;

/// <summary>
/// A clock for the age of tokens in memory: it never goes back, and it counts the time during which the machine was suspended, when the monotonic
/// clock of some systems stands still.
/// </summary>
/// <remarks>
/// <para>
/// Thread-safe. Where the wall clock moves on by more than a second more than the monotonic clock does, the difference counts once: the machine was
/// suspended, or the clock was set ahead, which cannot be told apart. A wall clock that is set back changes nothing.
/// </para>
/// <para>
/// Each clock takes 20 ns to read, so only the wall clock is read each time, and the monotonic clock when the wall clock has moved by a second or back.
/// Between these, this clock can be wrong by up to a second.
/// </para>
/// </remarks>
internal sealed class SuspendAwareClock(TimeProvider time)
{
    private Reading _last = new(Now: 0, time.GetUtcNow().UtcTicks, time.GetTimestamp(), Ahead: 0);

    /// <summary>The time since this clock was created, in the ticks of a <see cref="TimeSpan"/>.</summary>
    public long Now
    {
        get
        {
            // In this order, so that no time of another thread's later reading counts twice.
            Reading last = Volatile.Read(ref _last);
            long wall = time.GetUtcNow().UtcTicks;
            long elapsed = wall - last.Wall;
            return elapsed is >= 0 and < TimeSpan.TicksPerSecond ? last.Now + elapsed : ReadBoth(last, wall);
        }
    }

    private long ReadBoth(Reading last, long wall)
    {
        long timestamp = time.GetTimestamp();
        long elapsed = time.GetElapsedTime(last.Timestamp, timestamp).Ticks;
        // Small differences are summed up, because they come from the two readings, or from a wall clock that is slowly corrected.
        long ahead = last.Ahead + (wall - last.Wall) - elapsed;
        long suspended = ahead > TimeSpan.TicksPerSecond ? ahead : 0;
        bool isSmall = ahead is >= -TimeSpan.TicksPerSecond and <= TimeSpan.TicksPerSecond;
        Reading next = new(last.Now + elapsed + suspended, wall, timestamp, isSmall ? ahead : 0);
        // If another thread was faster, its reading is as good.
        Interlocked.CompareExchange(ref _last, next, last);
        return next.Now;
    }

    /// <param name="Now">What this clock showed.</param>
    /// <param name="Wall">The wall clock at that time, in ticks.</param>
    /// <param name="Timestamp">The monotonic clock at that time.</param>
    /// <param name="Ahead">How far the wall clock has moved on more than the monotonic clock, as far as it did not count.</param>
    private sealed record Reading(long Now, long Wall, long Timestamp, long Ahead);
}
