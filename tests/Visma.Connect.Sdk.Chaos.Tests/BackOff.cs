using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.Chaos;

/// <summary>
/// The pauses of docs/resilience.md after failures of one token in a row: none after the first, then 1 second, doubled up to 30 seconds. The library shortens
/// each at random by up to a quarter.
/// </summary>
internal sealed class BackOff(ConcurrentQueue<string> violations)
{
    private const double ShortestPart = 0.75;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private TimeSpan _failedAt;
    private int _inARow;

    /// <summary>How many calls sent a request and failed.</summary>
    public int Failures { get; private set; }

    /// <summary>
    /// A call has failed now. It sent its first request at this time. If a pause of the whole client held back one of its repeats, it does not lengthen the
    /// pause of its token.
    /// </summary>
    public void Failed(Subject subject, TimeSpan sentAt, TimeSpan now, bool wasRepeatedInFull)
    {
        TimeSpan pause = sentAt - _failedAt;
        if (_inARow > 0 && pause < ShortestAfter(_inARow))
        {
            violations.Enqueue($"{subject} sent a request {pause} after failure {_inARow}, and not {ShortestAfter(_inARow)}:\n{subject.Story}");
        }

        Failures++;
        _inARow += wasRepeatedInFull ? 1 : 0;
        _failedAt = now;
    }

    private static TimeSpan ShortestAfter(int failures)
    {
        TimeSpan whole = failures == 1 ? TimeSpan.Zero : TimeSpan.FromSeconds(1 << Math.Min(failures - 2, 5));
        return (whole < Longest ? whole : Longest) * ShortestPart;
    }
}
