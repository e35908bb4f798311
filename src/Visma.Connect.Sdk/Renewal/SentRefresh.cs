namespace Visma.Connect.Sdk;

/// <summary>A refresh token that was sent. Holds secrets.</summary>
/// <param name="Marked">The entry with the mark, as it is now stored.</param>
/// <param name="SentAt">When the token was sent.</param>
/// <param name="Outcome">What happened.</param>
internal sealed record SentRefresh(TokenEntry Marked, Moment SentAt, RefreshOutcome Outcome);
