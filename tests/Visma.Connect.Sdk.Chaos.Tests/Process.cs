namespace Visma.Connect.Sdk.Chaos;

/// <summary>
/// A process of the application: what the outside delivers to it (timers, replies) waits while it is frozen, and is lost when it has crashed.
/// Its clocks differ from those of the others.
/// </summary>
internal sealed class Process : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly World _world;
    private readonly Dice _dice;
    private readonly long _monotonicOffset;
    private readonly List<Action> _held = [];
    private long _wallOffset;
    private bool _isFrozen;

    public Process(World world, Dice dice, string name)
    {
        _world = world;
        _dice = dice;
        Name = name;
        _monotonicOffset = dice.Between($"{name} monotonic", TimeSpan.Zero, TimeSpan.FromDays(100)).Ticks;
        _wallOffset = dice.Between($"{name} wall", TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(1)).Ticks;
    }

    public string Name { get; }

    /// <summary>When it crashed; null while it runs.</summary>
    public TimeSpan? DiedAt { get; private set; }

    public bool IsDead => DiedAt is not null;

    public bool IsFrozen => _isFrozen;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _world.Now.Ticks + _monotonicOffset;

    public override DateTimeOffset GetUtcNow() => Epoch + _world.Now + TimeSpan.FromTicks(Volatile.Read(ref _wallOffset));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void SetWallClock(TimeSpan by) => Interlocked.Add(ref _wallOffset, by.Ticks);

    /// <summary>Runs an action in the process: now, after it is no longer frozen, or never.</summary>
    public void Deliver(Action act)
    {
        lock (_lock)
        {
            if (IsDead)
            {
                return;
            }

            if (_isFrozen)
            {
                _held.Add(act);
                return;
            }
        }

        act();
    }

    public void Freeze()
    {
        lock (_lock)
        {
            _isFrozen = true;
        }
    }

    /// <summary>The process continues: what has waited comes in any order.</summary>
    public void Continue()
    {
        Action[] held;
        lock (_lock)
        {
            _isFrozen = false;
            held = [.. _held];
            _held.Clear();
        }

        foreach (Action act in held.OrderBy(_ => _dice.Roll($"{Name} order")))
        {
            _world.In(TimeSpan.Zero, () => Deliver(act));
        }
    }

    /// <summary>The process ends. Nothing that it would still do takes effect.</summary>
    public void Crash()
    {
        lock (_lock)
        {
            DiedAt = _world.Now;
            _held.Clear();
        }
    }

    public override string ToString() => Name;

    private sealed class Timer(Process process, Action fire) : ITimer
    {
        private World.Scheduled? _scheduled;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            World.Scheduled? next = dueTime < TimeSpan.Zero ? null : Schedule(dueTime);
            Interlocked.Exchange(ref _scheduled, next)?.Cancel();
            return true;
        }

        public void Dispose() => Interlocked.Exchange(ref _scheduled, null)?.Cancel();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private World.Scheduled Schedule(TimeSpan dueTime)
        {
            World.Scheduled scheduled = null!;
            scheduled = process._world.In(dueTime, () => process.Deliver(() =>
            {
                if (!scheduled.IsCancelled)
                {
                    fire();
                }
            }));
            return scheduled;
        }
    }
}
