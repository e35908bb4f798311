namespace Visma.Connect.Sdk;

/// <summary>
/// When each of the waiting calls of an exhausted budget is sent: in periods, each with as many calls as the budget allows. All times are timestamps of
/// the monotonic clock.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class Turns(long opensAt, int calls, long period, bool grows)
{
    private const int MostCalls = 1 << 20;

    private long _start = opensAt;
    private int _calls = calls;
    private int _taken;

    /// <summary>When the budget opens for the first call.</summary>
    public long OpensAt { get; } = opensAt;

    /// <summary>The time of the next turn that is free. It can be in the past.</summary>
    public long Next => _taken < _calls ? _start : _start + period;

    /// <summary>Whether all waiting calls have been sent, and the last period is over: calls need no turn any more.</summary>
    public bool AreOver(long now) => now >= _start + period;

    /// <summary>Takes the next turn.</summary>
    /// <returns>The period of the turn.</returns>
    public long Take()
    {
        if (_taken == _calls)
        {
            _start += period;
            _taken = 0;
            _calls = grows ? Math.Min(_calls * 2, MostCalls) : _calls;
        }

        _taken++;
        return _start;
    }

    /// <summary>Gives back a turn that is not used. One of an earlier period than the last is lost.</summary>
    public void GiveBack(long ofPeriod)
    {
        if (ofPeriod == _start)
        {
            _taken--;
        }
    }
}
