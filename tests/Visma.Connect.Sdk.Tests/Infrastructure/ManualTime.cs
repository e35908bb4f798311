namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>A clock that moves only when the test moves it. The wall clock can also jump alone, as if it were set.</summary>
public sealed class ManualTime : TimeProvider
{
    private static long _set;

    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _wall = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private long _monotonic = 1_000_000_000;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _wall;
        }
    }

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _monotonic;
        }
    }

    /// <summary>How many timers were set so far, by all clocks.</summary>
    public static long TimersSet => Interlocked.Read(ref _set);

    /// <summary>The remaining time of each timer.</summary>
    /// <remarks>A timer may be listed for a moment after the wait is over that it limited.</remarks>
    public IReadOnlyList<TimeSpan> PendingTimers => PendingTimersAfter(0);

    /// <summary>The remaining time of each timer that was set when <see cref="TimersSet"/> had this value, or later.</summary>
    public IReadOnlyList<TimeSpan> PendingTimersAfter(long timersSet)
    {
        lock (_lock)
        {
            return [.. _timers.Where(timer => timer.Number > timersSet).Select(timer => TimeSpan.FromTicks(timer.DueAt - _monotonic))];
        }
    }

    /// <summary>Moves both clocks, and fires the timers that are due.</summary>
    public void Advance(TimeSpan time)
    {
        List<ManualTimer> due;
        lock (_lock)
        {
            _wall += time;
            _monotonic += time.Ticks;
            due = [.. _timers.Where(timer => timer.DueAt <= _monotonic)];
            due.ForEach(timer => _timers.Remove(timer));
        }

        due.ForEach(timer => timer.Fire());
    }

    /// <summary>Moves only the wall clock, as if it were set, or the machine was suspended.</summary>
    public void JumpWallClock(TimeSpan time)
    {
        lock (_lock)
        {
            _wall += time;
        }
    }

    /// <summary>
    /// Moves only the monotonic clock, and fires no timer: the process stood still, what it waited for ended before its timers fire, and the wall clock
    /// was set back.
    /// </summary>
    public void JumpMonotonicClock(TimeSpan time)
    {
        lock (_lock)
        {
            _monotonic += time.Ticks;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        public long DueAt { get; private set; }

        public long Number { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime >= TimeSpan.Zero)
                {
                    DueAt = time._monotonic + dueTime.Ticks;
                    Number = Interlocked.Increment(ref _set);
                    time._timers.Add(this);
                }
            }

            return true;
        }

        public void Fire() => fire();

        public void Dispose()
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
