namespace Visma.Connect.Sdk.Testing;

/// <summary>How a client's refresh tokens behave, as set in the portal (https://developer.dinero.dk/news/grace-period-on-refresh-tokens).</summary>
/// <remarks>Immutable. It holds for the consents that are given after it was set, as at Visma.</remarks>
public sealed class FakeRefreshTokens
{
    private FakeRefreshTokens(bool isOneTime, TimeSpan grace, FakeReplay replay, bool revokesGrantOnReuse)
    {
        IsOneTime = isOneTime;
        Grace = grace;
        Replay = replay;
        RevokesGrantOnReuse = revokesGrantOnReuse;
    }

    /// <summary>
    /// The same token is returned each time, and can be used again. At eAccounting's identity server such a client has one-time tokens all
    /// the same.
    /// </summary>
    public static FakeRefreshTokens ReUse { get; } = new(isOneTime: false, TimeSpan.Zero, FakeReplay.Same, revokesGrantOnReuse: false);

    /// <summary>Whether each exchange brings another token and ends the old one.</summary>
    public bool IsOneTime { get; }

    /// <summary>How long after its first exchange a token can be exchanged again. Zero: never. Visma offers 5 to 60 seconds.</summary>
    public TimeSpan Grace { get; }

    /// <summary>What the exchange again brings.</summary>
    public FakeReplay Replay { get; }

    /// <summary>Whether a token that is presented too late ends the whole grant: its refresh tokens are refused and its access tokens answered 401.</summary>
    public bool RevokesGrantOnReuse { get; }

    /// <summary>Each exchange brings another token and ends the old one.</summary>
    /// <param name="grace">How long after its first exchange a token can be exchanged again; null: never.</param>
    /// <param name="replay">What the exchange again brings.</param>
    /// <param name="revokesGrantOnReuse">Whether a token that is presented too late ends the whole grant.</param>
    public static FakeRefreshTokens OneTime(TimeSpan? grace = null, FakeReplay replay = FakeReplay.Same, bool revokesGrantOnReuse = true) =>
        new(isOneTime: true, grace ?? TimeSpan.Zero, replay, revokesGrantOnReuse);

    internal FakeRefreshTokens AsOneTime() => IsOneTime ? this : OneTime();
}
