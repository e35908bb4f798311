namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// The kind of a client's refresh tokens, as set in the portal (https://developer.dinero.dk/news/grace-period-on-refresh-tokens).
/// </summary>
/// <remarks>Immutable and thread-safe. A setting applies to consents that are given after it was made, as at Visma.</remarks>
public sealed class FakeRefreshTokens
{
    private FakeRefreshTokens(bool isOneTime, TimeSpan grace, FakeReplay replay, FakeReplayDetection replayDetection, bool isKept = false)
    {
        IsOneTime = isOneTime;
        Grace = grace;
        Replay = replay;
        ReplayDetection = replayDetection;
        IsKeptUntilSuccessorIsUsed = isKept;
    }

    /// <summary>
    /// Re-use: each exchange returns the same refresh token. The identity server of eAccounting ignores this setting, and issues one-time
    /// tokens without a grace period.
    /// </summary>
    public static FakeRefreshTokens ReUse { get; } = new(isOneTime: false, TimeSpan.Zero, FakeReplay.Same, FakeReplayDetection.None);

    /// <summary>Whether each exchange returns a new refresh token and invalidates the old one.</summary>
    public bool IsOneTime { get; }

    /// <summary>
    /// The grace period: how long after its first exchange a token can be exchanged again. Zero means never. Visma offers 5 to 60 seconds.
    /// </summary>
    public TimeSpan Grace { get; }

    /// <summary>
    /// Whether a token can be exchanged again until one of the tokens that it was exchanged for is used, whatever the grace period is. Some
    /// servers do this, and no documentation of Visma says that its servers do.
    /// </summary>
    public bool IsKeptUntilSuccessorIsUsed { get; }

    /// <summary>The result of a second exchange within the grace period.</summary>
    public FakeReplay Replay { get; }

    /// <summary>What happens when a token is used a second time after its grace period, or without one.</summary>
    public FakeReplayDetection ReplayDetection { get; }

    /// <summary>One-time: each exchange returns a new refresh token and invalidates the old one.</summary>
    /// <param name="grace">The value of <see cref="Grace"/>. Default: zero.</param>
    /// <param name="replay">The value of <see cref="Replay"/>.</param>
    /// <param name="replayDetection">The value of <see cref="ReplayDetection"/>. Default: as at Visma Connect.</param>
    /// <returns>The setting.</returns>
    public static FakeRefreshTokens OneTime(
        TimeSpan? grace = null,
        FakeReplay replay = FakeReplay.Same,
        FakeReplayDetection replayDetection = FakeReplayDetection.RevokesUser) =>
        new(isOneTime: true, grace ?? TimeSpan.Zero, replay, replayDetection);

    /// <summary>One-time, with the value true of <see cref="IsKeptUntilSuccessorIsUsed"/>.</summary>
    /// <param name="replay">The value of <see cref="Replay"/>.</param>
    /// <returns>The setting.</returns>
    public static FakeRefreshTokens OneTimeKeptUntilSuccessorIsUsed(FakeReplay replay = FakeReplay.New) =>
        new(isOneTime: true, TimeSpan.Zero, replay, FakeReplayDetection.RevokesUser, isKept: true);

    internal FakeRefreshTokens AsOneTime() => IsOneTime ? this : OneTime(replayDetection: FakeReplayDetection.RevokesGrant);
}
