namespace Visma.Connect.Sdk;

/// <summary>The calls that an API counts together: whether they are allowed now, and otherwise when each waiting call may be sent.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Budget(BudgetKey key, Pace pace, int? atOnce, TimeProvider time)
{
    // What the shortest wait doubles up to while the API goes on refusing.
    private const int MostDoublings = 5;

    // Calls that were sent together are refused together, and each of them moves the time by its own delay on the network.
    private static readonly TimeSpan SameRefusal = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private Turns? _turns;
    private DateTimeOffset _opensAt;
    private int _closings;
    private int _refusals;
    private int _waiting;
    private int _users;
    private bool _isRetired;
    private RateLimit? _reading;
    private long _readAt;

    public BudgetKey Key => key;

    /// <summary>The places for calls that are processed at once; null if the API does not limit them.</summary>
    public SemaphoreSlim? Places { get; } = atOnce is { } most ? new SemaphoreSlim(most, most) : null;

    /// <summary>Begins to use the budget. Returns false if it was removed from memory in the meantime.</summary>
    public bool TryBegin()
    {
        lock (_lock)
        {
            _users += _isRetired ? 0 : 1;
            return !_isRetired;
        }
    }

    public void End()
    {
        lock (_lock)
        {
            _users--;
        }
    }

    /// <summary>Whether calls need a turn, because the budget is or was exhausted.</summary>
    public bool NeedsTurn => Volatile.Read(ref _turns) is not null;

    /// <summary>How often the budget has been closed.</summary>
    public int Closings => Volatile.Read(ref _closings);

    /// <summary>Takes a turn if the call would wait no longer than this.</summary>
    /// <returns>The turn, whether it was taken or not.</returns>
    public Turn TakeTurn(TimeSpan longest)
    {
        lock (_lock)
        {
            if (_turns is null)
            {
                return default;
            }

            long now = time.GetTimestamp();
            if (_turns.AreOver(now))
            {
                _turns = null;
                return default;
            }

            TimeSpan wait = time.GetElapsedTime(now, _turns.Next);
            long period = wait <= TimeSpan.Zero || wait <= longest ? _turns.Take() : 0;
            return wait <= TimeSpan.Zero ? default : new Turn(wait, time.GetUtcNow() + wait, _closings, period);
        }
    }

    /// <summary>Waits for a turn. Returns false if the API refused calls during the wait, so that the call needs another turn.</summary>
    public async Task<bool> WaitAsync(Turn turn, CancellationToken cancellationToken)
    {
        Task delay = time.Delay(turn.Wait, cancellationToken);
        Interlocked.Increment(ref _waiting);
        try
        {
            await delay.ConfigureAwait(false);
            return Closings == turn.Closing;
        }
        catch (OperationCanceledException)
        {
            GiveBack(turn);
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Keeps what the response to a call that was processed says.</summary>
    public void Allowed(RateLimit? reading)
    {
        lock (_lock)
        {
            if (_refusals > 0 && (_turns is null || time.GetTimestamp() >= _turns.OpensAt))
            {
                _refusals = 0;
            }

            Keep(reading);
            if (reading is { Remaining: 0, Reset: { } reset } && reset > TimeSpan.Zero)
            {
                Close(reset, PaceOf(reading));
            }
        }
    }

    /// <summary>Closes the budget, because the API refused a call.</summary>
    /// <param name="wait">The time that the API asked for; null if it named none.</param>
    /// <param name="reading">What the response says about the budget.</param>
    /// <param name="isAtOnce">Whether too many calls were processed at once. The budget of a minute or an hour says nothing about that.</param>
    /// <returns>When the budget opens.</returns>
    public DateTimeOffset Refused(TimeSpan? wait, RateLimit? reading, bool isAtOnce)
    {
        lock (_lock)
        {
            Keep(reading);
            bool isNew = _turns is null || time.GetTimestamp() >= _turns.OpensAt;
            _refusals += isNew ? 1 : 0;
            TimeSpan least = TimeSpan.FromTicks(ShortestWait.Ticks << Math.Min(_refusals - 1, MostDoublings));
            Close(wait > least ? wait.Value : least, isAtOnce ? Pace.Unknown : PaceOf(reading));
            return _opensAt;
        }
    }

    public CallBudget Describe()
    {
        lock (_lock)
        {
            bool isClosed = _turns is not null && time.GetTimestamp() < _turns.OpensAt;
            return new CallBudget(key.Api, key.Owner, key.Part, _reading, isClosed ? _opensAt : null, Volatile.Read(ref _waiting));
        }
    }

    /// <summary>Marks the budget as removed, if nothing of it matters any more.</summary>
    public bool TryRetire()
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            bool isReadingOver = _reading is null || time.GetElapsedTime(_readAt, now) >= (_reading.Reset ?? TimeSpan.Zero);
            _isRetired = _users == 0 && isReadingOver && (_turns is null || _turns.AreOver(now));
            return _isRetired;
        }
    }

    private void GiveBack(Turn turn)
    {
        lock (_lock)
        {
            if (_closings == turn.Closing)
            {
                _turns?.GiveBack(turn.Period);
            }
        }
    }

    private Pace PaceOf(RateLimit? reading) => reading?.Limit is > 0 and { } limit ? Pace.PerHour(limit) : pace;

    private void Keep(RateLimit? reading)
    {
        if (reading is not null)
        {
            _reading = reading;
            _readAt = time.GetTimestamp();
        }
    }

    private void Close(TimeSpan wait, Pace next)
    {
        long now = time.GetTimestamp();
        long opensAt = now + time.TimestampsOf(wait);
        if (_turns is not null && now < _turns.OpensAt && opensAt <= _turns.OpensAt + time.TimestampsOf(SameRefusal))
        {
            return;
        }

        _turns = new Turns(opensAt, next.Calls, time.TimestampsOf(next.Period), next.Grows);
        _opensAt = time.GetUtcNow() + wait;
        _closings++;
    }

    /// <summary>When a call may be sent.</summary>
    /// <param name="Wait">The time until then. Zero: now.</param>
    /// <param name="At">The same as a date.</param>
    /// <param name="Closing">How often the budget had been closed when the turn was given.</param>
    /// <param name="Period">The period that the turn was taken from.</param>
    public readonly record struct Turn(TimeSpan Wait, DateTimeOffset At, int Closing, long Period);
}
