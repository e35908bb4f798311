namespace Visma.Connect.Sdk;

/// <summary>
/// Says that a process is about to present the refresh token of an entry, or has: the lock that keeps others from doing so too, and the
/// journal that tells them what may have happened if it never comes back.
/// </summary>
/// <remarks>Made by the library; an implementation of <see cref="ITokenCache"/> keeps every property.</remarks>
public sealed record RenewalMark
{
    /// <summary>Random, of this mark alone. At most 64 characters of ASCII.</summary>
    public required string Id { get; init; }

    /// <summary>The number of the attempt; tokens that it fetches carry it.</summary>
    public required long Attempt { get; init; }

    /// <summary>How long others let it stand, counted by their own clocks from when they first see it.</summary>
    public required TimeSpan Lease { get; init; }

    /// <summary>
    /// When it was set, by the clock of whoever set it: for people who look for a cause. To others it can only be a reason to wait longer: it never
    /// makes a mark lapse sooner.
    /// </summary>
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>What happened at earlier attempts whose outcome nobody knows; null when there were none. No secret.</summary>
    public string? Outcome { get; init; }
}
