namespace Visma.Connect.Sdk;

/// <summary>The durations of a renewal, derived from the client's grace period. docs/renewal.md, section "The times", has the reasons.</summary>
/// <param name="Grace">How long the server accepts a spent refresh token again. Null if it does not.</param>
/// <param name="Request">T: one token request that is not slow, with its whole reply.</param>
/// <param name="Listen">W: how long a request is listened to before the token may be sent again.</param>
/// <param name="CacheOperation">c: one operation of the token cache.</param>
/// <param name="Lease">L: how long a mark keeps other processes away, unless its owner extends it.</param>
/// <param name="Look">p: the longest pause between two looks at the mark of another process.</param>
internal readonly record struct RenewalDurations(
    TimeSpan? Grace,
    TimeSpan Request,
    TimeSpan Listen,
    TimeSpan CacheOperation,
    TimeSpan Lease,
    TimeSpan Look)
{
    /// <summary>How long a request is listened to if nothing better can be done.</summary>
    public static readonly TimeSpan ListenAtMost = TimeSpan.FromSeconds(100);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ListenUsually = TimeSpan.FromSeconds(30);

    /// <summary>H: the longest time from the send of a request to the moment when the server has processed it.</summary>
    /// <remarks>It is the time that has passed since the last possible send when a mark lapses.</remarks>
    public TimeSpan Processing => Request + CacheOperation + Second;

    /// <summary>The lease of a mark under which the server is asked before the send. The question may take as long as a request.</summary>
    public TimeSpan LeaseWithQuestion => Lease + Request;

    /// <summary>How long after it began to save its mark a process may still send: the reply and the save then end within the lease.</summary>
    public TimeSpan SendWithin(TimeSpan lease) => lease - Request - CacheOperation;

    /// <summary>The lease of an owner that listens for this long.</summary>
    public TimeSpan LeaseFor(TimeSpan listening) => listening + CacheOperation + CacheOperation + Second;

    /// <summary>How long a mark is watched before it lapses.</summary>
    public static TimeSpan WatchFor(TimeSpan lease) => lease + Second;

    /// <summary>The pause between two attempts to save tokens: short enough for the owner to save before another process takes over.</summary>
    public TimeSpan SaveAgainAfter => TimeSpan.FromTicks(Lease.Ticks / 3);

    /// <summary>The pause between a failed renewal that left a token in doubt, and the next one within the grace period.</summary>
    public TimeSpan FollowUp => TimeSpan.FromTicks(Request.Ticks / 2);

    /// <summary>How long the server accepts the spent refresh token of an entry again. Null if it does not.</summary>
    /// <remarks>A grace period applies to consents that were given after it was set.</remarks>
    public TimeSpan? GraceOf(TokenEntry entry) => Grace is { } now && entry.GracePeriod is { } atConsent ? (now < atConsent ? now : atConsent) : null;

    /// <summary>How long before its expiry a token is renewed: one owner can die, and another one finish.</summary>
    public TimeSpan RenewAhead => TimeSpan.FromTicks(2 * (Look + Lease + Second + CacheOperation + Request).Ticks);

    /// <summary>d: how much later than the first process another one may look, so that its takeover comes within the grace period.</summary>
    public TimeSpan LongestJitter
    {
        get
        {
            TimeSpan oneDeath = Request + CacheOperation + Look + Lease + Second + CacheOperation + Request;
            return Grace is not { } grace ? TimeSpan.MaxValue : grace > oneDeath ? grace - oneDeath : TimeSpan.Zero;
        }
    }

    /// <summary>The age up to which a first mark is taken over although looks have failed: its replay comes well within the grace period.</summary>
    public TimeSpan TakeOverWithin(TokenEntry entry) => TimeSpan.FromTicks((GraceOf(entry)?.Ticks ?? 0) / 2);

    /// <summary>The longest pause that a busy server can ask for, where it may have exchanged the token.</summary>
    public TimeSpan LongestPause => Grace is { } grace ? grace - Lease : TimeSpan.MaxValue;

    public static RenewalDurations For(TimeSpan? grace)
    {
        double request = grace is { } period ? Clamp(period.TotalSeconds / 6, 2, 10) : 30;
        double cache = Clamp(request / 5, 0.5, 2);
        RenewalDurations times = new(
            grace,
            TimeSpan.FromSeconds(request),
            ListenUsually,
            TimeSpan.FromSeconds(cache),
            TimeSpan.FromSeconds(request + (2 * cache) + 1),
            TimeSpan.FromSeconds(Clamp(cache / 2, 0.5, 1)));
        return times with { Listen = times.LongestListening };
    }

    // A replay after it must still arrive within the grace period, and the first request must be over. If there is time for it, a replay that is
    // silent too can be followed by another one. If there is not even time for one, there is no replay after a silence, whatever the time.
    private TimeSpan LongestListening
    {
        get
        {
            TimeSpan latest = Grace is { } grace ? grace - Processing - CacheOperation - CacheOperation : ListenUsually;
            TimeSpan early = latest - Processing - CacheOperation;
            latest = early < Processing ? latest : early;
            return latest < Processing || latest > ListenUsually ? ListenUsually : latest;
        }
    }

    private static double Clamp(double value, double lowest, double highest) => Math.Min(Math.Max(value, lowest), highest);
}
