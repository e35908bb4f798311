namespace Visma.Connect.Sdk.Testing;

/// <summary>One time that a refresh token was presented, and whether the client got tokens for it.</summary>
internal sealed class FakePresentation(FakePresentations all, FakeRefreshToken token, long number, DateTimeOffset arrivedAt)
{
    private long _answering;
    private long _answered = long.MaxValue;

    public FakeRefreshToken Token => token;

    public DateTimeOffset ArrivedAt => arrivedAt;

    /// <summary>The endpoint's own answer begins to be written: whoever presents the token after this, and had the answer, needed none.</summary>
    public void Answering() => _answering = all.NextNumber();

    /// <summary>It was written in full, to a client that had not hung up.</summary>
    public void Answered() => Volatile.Write(ref _answered, _answering);

    /// <summary>Whether it had brought its tokens before the other arrived.</summary>
    public bool WasAnsweredBefore(FakePresentation other) => Volatile.Read(ref _answered) < other.Number;

    private long Number => number;
}
