namespace Visma.Connect.Sdk;

/// <summary>A refresh token that was sent. Holds secrets.</summary>
/// <param name="Marked">The entry with the mark, as it is now stored.</param>
/// <param name="SentAt">When the token was sent.</param>
/// <param name="Outcome">What happened.</param>
/// <param name="IsGivenUpForReplay">Whether its reply was no longer awaited, because the token can still be sent again without harm.</param>
internal sealed record SentRefresh(TokenEntry Marked, Moment SentAt, RefreshOutcome Outcome, bool IsGivenUpForReplay);
