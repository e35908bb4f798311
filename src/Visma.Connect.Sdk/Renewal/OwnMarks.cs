namespace Visma.Connect.Sdk;

/// <summary>The marks that one renewal has saved, or may have saved.</summary>
internal sealed class OwnMarks(TokenKey key, RenewalDurations durations, ConnectionMemory memory, TimeProvider time)
{
    // The ids, with the evidence that this process wrote into the mark. Another process may have changed the stored one.
    private readonly Dictionary<string, string?> _evidence = new(StringComparer.Ordinal);
    private bool _hasTakenOver;

    public bool Contains(RenewalMark? mark) => mark is not null && _evidence.ContainsKey(mark.Id);

    /// <summary>What this process knows about sends before the mark; null if there were none.</summary>
    public string? EvidenceOf(RenewalMark mark) => _evidence[mark.Id];

    /// <summary>
    /// Whether another process may still be at work under a mark. A mark that this process gave up counts as its own, unless it followed a takeover.
    /// </summary>
    public bool IsOfAnother(RenewalMark mark) => !Contains(mark) && memory.GivenUp(key, mark.Id) is not { FollowsTakeover: false };

    /// <summary>Adds a mark that is about to replace another one, or none.</summary>
    public void Add(RenewalMark mark, RenewalMark? replaced)
    {
        _hasTakenOver |= replaced is not null && IsOfAnother(replaced);
        _evidence[mark.Id] = mark.Outcome;
    }

    /// <summary>Lets a later renewal of this process replace the mark at once.</summary>
    /// <param name="mark">The mark. Ignored if it is not a mark of this renewal.</param>
    /// <param name="evidence">What is known about a send under it whose outcome is unknown. Null if nothing was sent under it.</param>
    public void GiveUp(RenewalMark? mark, string? evidence) => GiveUp(mark, evidence, sendNotBefore: time.GetTimestamp());

    /// <summary>Lets a later renewal of this process replace the mark from a moment on.</summary>
    /// <remarks>
    /// After a takeover this holds for one lease only. The process whose mark was taken over may be alive, and has tokens to save once the
    /// cache works again.
    /// </remarks>
    public void GiveUp(RenewalMark? mark, string? evidence, long sendNotBefore)
    {
        if (Contains(mark))
        {
            memory.GiveUp(
                key,
                new GivenUpMark(mark!.Id, sendNotBefore, evidence, _hasTakenOver, WatchedAfter: sendNotBefore + time.TimestampsOf(durations.Lease)));
        }
    }
}
