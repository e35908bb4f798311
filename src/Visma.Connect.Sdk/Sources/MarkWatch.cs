namespace Visma.Connect.Sdk;

/// <summary>
/// Watches the mark of another owner until it changes, goes, or has stood unchanged for its whole lease by this process's own monotonic
/// clock: no process compares its clock with another's (step 3 of docs/renewal.md).
/// </summary>
internal sealed class MarkWatch(TimeProvider time)
{
    // A mark that asks for more was not made by this library.
    private static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(5);

    private string? _markId;
    private long _since;

    /// <summary>Whether the mark has lapsed. Seen for the first time, it never has.</summary>
    public bool HasLapsed(RenewalMark mark)
    {
        long now = time.GetTimestamp();
        if (_markId != mark.Id)
        {
            _markId = mark.Id;
            _since = now;
            return false;
        }

        return time.GetElapsedTime(_since, now) >= RenewalLease.WatchFor(mark.Lease < LongestLease ? mark.Lease : LongestLease);
    }

    /// <summary>Begins anew: nothing is known of the time in which nobody could look.</summary>
    public void StartAgain() => _markId = null;
}
