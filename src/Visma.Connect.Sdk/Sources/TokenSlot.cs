using System.Diagnostics.CodeAnalysis;

namespace Visma.Connect.Sdk;

/// <summary>The token of one key in this process, and its renewal while one is running.</summary>
/// <remarks>
/// <see cref="TryGetFresh"/> takes no lock; all other members are called with the slot locked. Times are those of a
/// <see cref="SuspendAwareClock"/>.
/// </remarks>
/// <param name="home">Where the slot is looked up.</param>
internal sealed class TokenSlot(TokenSlots home)
{
    private AccessToken? _token;
    private Urgency? _urgency;
    private long _renewAt = long.MinValue;
    private long _serveUntil = long.MinValue;

    public TokenSlots Home => home;

    /// <summary>The token, also if it has expired. Null if there was none.</summary>
    public AccessToken? Token => _token;

    /// <summary>When this process obtained the token.</summary>
    public long HeldSince { get; private set; }

    public Task<AccessToken>? Renewal { get; private set; }

    public RenewalFailure? Failure { get; private set; }

    /// <summary>The slot is no longer in the dictionary, and has no token. A caller that still has it looks up the key again.</summary>
    public bool IsRetired { get; private set; }

    public bool TryGetFresh(long now, [NotNullWhen(true)] out AccessToken? token)
    {
        // The time is read before the token and written after it, so a time that says "fresh" never belongs to an older token. A slot that was retired
        // has no token.
        bool isFresh = now < Volatile.Read(ref _renewAt);
        token = Volatile.Read(ref _token);
        return isFresh && token is not null;
    }

    public AccessToken? TokenAt(long now) => now < _serveUntil ? _token : null;

    public bool IsRenewalDue(long now) => now >= _renewAt && Renewal is null;

    public void BeginRenewal(Task<AccessToken> renewal, Urgency urgency)
    {
        Renewal = renewal;
        _urgency = urgency;
        // No second renewal starts before this one ends. Callers take the old token without the lock until it expires.
        Volatile.Write(ref _renewAt, _serveUntil);
    }

    /// <summary>The running renewal, for a caller that waits for it.</summary>
    public Task<AccessToken> AwaitRenewal()
    {
        _urgency!.BecomeUrgent();
        return Renewal!;
    }

    public void Hold(AccessToken token, long now, long renewAt, long serveUntil)
    {
        Renewal = null;
        _urgency = null;
        Failure = null;
        if (IsRetired)
        {
            return;
        }

        HeldSince = now;
        _serveUntil = serveUntil;
        Volatile.Write(ref _token, token);
        Volatile.Write(ref _renewAt, Math.Min(renewAt, serveUntil));
    }

    public void Fail(RenewalFailure? failure, long retryAt)
    {
        Renewal = null;
        _urgency = null;
        Failure = IsRetired ? null : failure;
        Volatile.Write(ref _renewAt, Math.Min(retryAt, _serveUntil));
    }

    public void ForgetFailure()
    {
        if (Failure is not null)
        {
            Failure = null;
            Volatile.Write(ref _renewAt, Renewal is null ? long.MinValue : _serveUntil);
        }
    }

    // A key may reference the slot for a long time, so the slot keeps nothing.
    public void Retire()
    {
        IsRetired = true;
        Failure = null;
        Volatile.Write(ref _token, null);
    }

    /// <summary>
    /// Retires the slot if nobody needs it. The failures in a row of a key are kept for the longest pause after the last one: a key that is asked for
    /// less often needs no count.
    /// </summary>
    public bool TryRetire(long now)
    {
        if (Renewal is null && now >= _serveUntil && !(now < Failure?.NotBefore + RenewalSchedule.LongestBackOff.Ticks))
        {
            Retire();
        }

        return IsRetired;
    }
}
