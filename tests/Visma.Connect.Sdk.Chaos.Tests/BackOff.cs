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

    /// <summary>How many failed.</summary>
    public int Failures { get; private set; }

    /// <summary>A call has failed now. It sent its first request at this time.</summary>
    public void Failed(Subject subject, TimeSpan sentAt, TimeSpan now)
    {
        TimeSpan pause = sentAt - _failedAt;
        if (Failures > 0 && pause < ShortestAfter(Failures))
        {
            violations.Enqueue($"{subject} sent a request {pause} after failure {Failures}, and not {ShortestAfter(Failures)}:\n{subject.Story}");
        }

        Failures++;
        _failedAt = now;
    }

    private static TimeSpan ShortestAfter(int failures)
    {
        TimeSpan whole = failures == 1 ? TimeSpan.Zero : TimeSpan.FromSeconds(1 << Math.Min(failures - 2, 5));
        return (whole < Longest ? whole : Longest) * ShortestPart;
    }
}
