namespace Visma.Connect.Sdk;

/// <summary>
/// Watches the mark of another owner until it changes, goes, or has stood unchanged for its whole lease by this process's own monotonic
/// clock: no mark lapses sooner because of another's clock (step 3 of docs/renewal.md).
/// </summary>
internal sealed class MarkWatch(TokenKey key, RenewalLease lease, ConnectionMemory memory, TimeProvider time)
{
    // A mark that asks for more, or for less than nothing, was not made by this library.
    private static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(5);

    private string? _markId;
    private long _since;

    /// <summary>Whether the mark has lapsed. Seen for the first time by this process, it never has.</summary>
    public bool HasLapsed(TokenEntry entry, RenewalMark mark)
    {
        long now = time.GetTimestamp();
        if (_markId != mark.Id)
        {
            _markId = mark.Id;
            _since = now;
        }

        TimeSpan watch = RenewalLease.WatchFor(Bounded(mark.Lease));
        TimeSpan known = time.GetElapsedTime(memory.FirstSightOf(key, mark.Id, now), now);
        return time.GetElapsedTime(_since, now) >= watch || (known >= watch && IsReplayInTime(entry, mark, known));
    }

    /// <summary>
    /// A look failed. An owner whose cache was down has tokens to save, and comes first once it is back: the watch begins anew. Unless the
    /// token can still be exchanged again: then a takeover does no harm, and is the last chance of an owner that is dead.
    /// </summary>
    public void StartAgain() => _markId = null;

    // The first mark on these tokens is older than any exchange of them. How old, its own date is asked as well, though that is of another's
    // clock: a machine that slept and a process that looked late do not know. The other half of the grace period is for the replay, and for
    // clocks that differ.
    private bool IsReplayInTime(TokenEntry entry, RenewalMark mark, TimeSpan known)
    {
        TimeSpan age = time.GetUtcNow() - mark.PlacedAt;
        return mark.Attempt == entry.Attempt + 1 && (age > known ? age : known) <= lease.TakeOverWithin;
    }

    private static TimeSpan Bounded(TimeSpan lease) => lease < TimeSpan.Zero ? TimeSpan.Zero : lease < LongestLease ? lease : LongestLease;
}
