namespace Visma.Connect.Sdk;

/// <summary>An API refused a call because of its limits. The call was not processed.</summary>
/// <param name="Wait">The time that the API asked for; null if it named none.</param>
/// <param name="IsAtOnce">Whether too many calls were processed at once, and not too many in a minute or an hour.</param>
internal readonly record struct Refusal(TimeSpan? Wait, bool IsAtOnce = false);
