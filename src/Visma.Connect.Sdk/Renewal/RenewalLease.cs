namespace Visma.Connect.Sdk;

/// <summary>The times of a renewal with a refresh token, all derived from the grace period; docs/renewal.md has the reasons.</summary>
/// <param name="Grace">For how long a spent refresh token can be exchanged again; null: not at all.</param>
/// <param name="Request">T: one token request, its whole reply included.</param>
/// <param name="Cache">c: one operation of the cache.</param>
/// <param name="Lease">L: how long a mark keeps others away.</param>
/// <param name="Look">p: the longest pause between two looks at another's mark.</param>
internal readonly record struct RenewalLease(TimeSpan? Grace, TimeSpan Request, TimeSpan Cache, TimeSpan Lease, TimeSpan Look)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>How long after it began to set its mark an owner may still send: the reply and its saving fit into the lease then.</summary>
    public TimeSpan SendWithin => Lease - Request - Cache;

    /// <summary>How long an unchanged mark is watched before it counts as its owner's last sign of life.</summary>
    public static TimeSpan WatchFor(TimeSpan lease) => lease + Second;

    /// <summary>How far apart at most a save is tried again, so that the owner comes before any watcher once the cache is back.</summary>
    public TimeSpan SaveAgainAfter => TimeSpan.FromTicks(Lease.Ticks / 3);

    /// <summary>How long ahead renewal has to begin, so that one owner can die and another finish.</summary>
    public TimeSpan RenewAhead => TimeSpan.FromTicks(2 * (Look + Lease + Second + Cache + Request).Ticks);

    /// <summary>d: how much later than the first another process may look, for a takeover to come within the grace period.</summary>
    public TimeSpan LongestJitter
    {
        get
        {
            TimeSpan oneDeath = Request + Cache + Look + Lease + Second + Cache + Request;
            return Grace is not { } grace ? TimeSpan.MaxValue : grace > oneDeath ? grace - oneDeath : TimeSpan.Zero;
        }
    }

    /// <summary>How old a mark may be that is taken over though looks have failed in between: a replay comes well within the grace period then.</summary>
    public TimeSpan TakeOverWithin => TimeSpan.FromTicks((Grace?.Ticks ?? 0) / 2);

    /// <summary>How long a server that was too busy is left alone at most, where it may have exchanged the token after all.</summary>
    public TimeSpan LongestPause => Grace is { } grace ? grace - Lease : TimeSpan.MaxValue;

    public static RenewalLease For(TimeSpan? grace)
    {
        double request = grace is { } period ? Clamp(period.TotalSeconds / 6, 2, 10) : 30;
        double cache = Clamp(request / 5, 0.5, 2);
        return new RenewalLease(
            grace,
            TimeSpan.FromSeconds(request),
            TimeSpan.FromSeconds(cache),
            TimeSpan.FromSeconds(request + (2 * cache) + 1),
            TimeSpan.FromSeconds(Clamp(cache / 2, 0.5, 1)));
    }

    private static double Clamp(double value, double lowest, double highest) => Math.Min(Math.Max(value, lowest), highest);
}
