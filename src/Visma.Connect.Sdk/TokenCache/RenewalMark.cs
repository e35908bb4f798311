namespace Visma.Connect.Sdk.TokenCache;

/// <summary>
/// Says that a process is about to send the refresh token of an entry, or has sent it. It is a lock, which stops other processes from sending the same
/// token. It is also a journal: if the process ends, the others find in it what may have happened.
/// </summary>
/// <remarks>
/// Immutable. The library creates marks; an implementation of <see cref="ITokenCache"/> must keep every member. The algorithm is in
/// <c>docs/renewal.md</c>.
/// </remarks>
public sealed record RenewalMark
{
    /// <summary>Identifies the mark: random, at most 64 ASCII characters.</summary>
    public required string Id { get; init; }

    /// <summary>The number of the attempt. The tokens that it obtains get this number.</summary>
    public required long Attempt { get; init; }

    /// <summary>
    /// How long other processes wait for the owner of the mark. Each counts by its own clock, from the moment when it first sees the mark.
    /// </summary>
    public required TimeSpan Lease { get; init; }

    /// <summary>
    /// When the mark was set, by the clock of the process that set it. For people who look for a cause. Another process can only wait longer because of
    /// it: it never makes a mark lapse earlier.
    /// </summary>
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>What happened at earlier attempts whose outcome is unknown, for people to read; null if there were none. Contains no secret.</summary>
    public string? Outcome { get; init; }
}
