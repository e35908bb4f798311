using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>
/// Watches the mark of another process until the mark changes, is removed, or has been unchanged for its whole lease (step 3 of
/// docs/renewal.md). The lease is measured by the monotonic clock of this process, so another process's clock cannot shorten it.
/// </summary>
internal sealed class MarkWatch(TokenKey key, RenewalDurations durations, OwnMarks ownMarks, ConnectionMemory memory, TimeProvider time, ILogger logger)
{
    // This library does not write leases that are longer, or negative.
    private static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(5);

    private string? _markId;
    private long _since;

    /// <summary>How long to wait before the entry is read again. Null if its mark may be replaced now, or it has none.</summary>
    public TimeSpan? WaitBeforeNextLook(TokenEntry entry)
    {
        if (entry.Mark is not { } mark || ownMarks.Contains(mark))
        {
            return null;
        }

        long now = time.GetTimestamp();
        if (memory.GivenUp(key, mark.Id) is { } given && given.IsReplaceableAt(now, mark.Lease))
        {
            TimeSpan wait = time.GetElapsedTime(now, given.SendNotBefore);
            return wait > TimeSpan.Zero ? wait : null;
        }

        if (!HasLapsed(entry, mark, now))
        {
            return RenewalSchedule.Jittered(durations.Look);
        }

        Log.MarkTakenOver(logger, key, mark.Attempt, mark.PlacedAt);
        return null;
    }

    /// <summary>
    /// Starts the watch again, because the cache failed. Its owner could not save its tokens either, and is first once the cache works.
    /// </summary>
    /// <remarks>The exception is in <see cref="IsReplayInTime"/>: there the takeover does no harm, and may be the last chance (decision 015).</remarks>
    public void StartAgain() => _markId = null;

    // A mark that this process sees for the first time has never lapsed.
    private bool HasLapsed(TokenEntry entry, RenewalMark mark, long now)
    {
        if (_markId != mark.Id)
        {
            _markId = mark.Id;
            _since = now;
        }

        TimeSpan watch = RenewalDurations.WatchFor(Limited(mark.Lease));
        TimeSpan known = time.GetElapsedTime(memory.FirstSightOf(key, mark.Id, now), now);
        return time.GetElapsedTime(_since, now) >= watch || (known >= watch && IsReplayInTime(entry, mark, known));
    }

    // The first mark on these tokens is older than any exchange of them. Its age is also taken from its date, although another process's
    // clock wrote it: a machine that slept, or a process that looked late, cannot tell the age otherwise. The second half of the grace
    // period is for the replay, and for clocks that differ.
    private bool IsReplayInTime(TokenEntry entry, RenewalMark mark, TimeSpan known)
    {
        TimeSpan age = time.GetUtcNow() - mark.PlacedAt;
        return mark.Attempt == entry.Attempt + 1 && (age > known ? age : known) <= durations.TakeOverWithin(entry);
    }

    private static TimeSpan Limited(TimeSpan lease) => lease < TimeSpan.Zero ? TimeSpan.Zero : lease < LongestLease ? lease : LongestLease;
}
