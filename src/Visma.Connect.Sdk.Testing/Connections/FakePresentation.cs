namespace Visma.Connect.Sdk.Testing;

/// <summary>One request that presented a refresh token, and whether the client received the answer.</summary>
/// <remarks>Its numbers order the events of all presentations. A clock could give two events the same time.</remarks>
internal sealed class FakePresentation(FakePresentations all, FakeRefreshToken token, long number, DateTimeOffset arrivedAt)
{
    private long _answering;
    private long _answered = long.MaxValue;

    public FakeRefreshToken Token => token;

    public DateTimeOffset ArrivedAt => arrivedAt;

    /// <summary>
    /// Call it before the endpoint's own answer is written. A client that receives the answer has no need to present the token after this
    /// point.
    /// </summary>
    public void Answering() => _answering = all.NextNumber();

    /// <summary>Call it after the answer was written in full to a client that had not closed the connection.</summary>
    public void Answered() => Volatile.Write(ref _answered, _answering);

    /// <summary>Whether this request was answered before the other one arrived.</summary>
    public bool WasAnsweredBefore(FakePresentation other) => Volatile.Read(ref _answered) < other.Number;

    private long Number => number;
}
