namespace Visma.Connect.Sdk;

/// <summary>What this process remembers of a refresh token that may be spent: it was sent, and the outcome is unknown.</summary>
/// <param name="GrantId">The consent of the token.</param>
/// <param name="Tokens">The number of the tokens that it belongs to.</param>
/// <param name="Evidence">What is known about the sends.</param>
/// <param name="First">When this process first saw a mark under which the token may have been sent.</param>
/// <param name="SentAt">The monotonic timestamp of the last send of this process. Null if it found a lapsed mark of another process.</param>
/// <param name="Grace">How long the server accepts this token again. Null if it does not.</param>
/// <param name="IsReported">Whether the log says that the token is not sent again.</param>
internal sealed record DoubtfulSend(string? GrantId, long Tokens, string Evidence, Moment First, long? SentAt, TimeSpan? Grace, bool IsReported)
{
    // Without its mark, the send of another process did not take place: the other process has removed the mark.
    public bool HasTakenPlace(TokenEntry entry) => SentAt is not null || entry.Mark is not null;
}
