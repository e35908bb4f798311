namespace Visma.Connect.Sdk.TokenCache;

/// <summary>
/// What a token cache stores for a key: the tokens, where they come from, and the state of their renewal. Holds secrets; <see cref="ToString"/> shows
/// none.
/// </summary>
/// <remarks>
/// Immutable: a change is a new entry with a new <see cref="Version"/>. Two entries are equal if all their members are. An implementation of
/// <see cref="ITokenCache"/> must keep every member; <see cref="TokenEntrySerializer"/> does.
/// </remarks>
public sealed record TokenEntry
{
    /// <summary>The tokens.</summary>
    public required TokenSet Tokens { get; init; }

    /// <summary>The address of the token endpoint that issued the tokens. Tokens of another environment are not used.</summary>
    public required Uri TokenEndpoint { get; init; }

    /// <summary>The client id that the tokens were issued to. Tokens of another application are not used.</summary>
    public required string ClientId { get; init; }

    /// <summary>The scopes that were requested. The granted ones are in <see cref="AccessToken.Scopes"/>.</summary>
    public IReadOnlyList<string> RequestedScopes { get; init => field = ValueList<string>.Of(value); } = ValueList<string>.Empty;

    /// <summary>
    /// Identifies the user's consent that the tokens come from: random, new with each consent, at most 64 ASCII characters. Null for a service token.
    /// </summary>
    public string? GrantId { get; init; }

    /// <summary>The number of the attempt that obtained the tokens. Of two entries of the same grant, the one with the higher number is newer.</summary>
    public long Attempt { get; init; }

    /// <summary>The number of the last attempt that was begun for this grant.</summary>
    public long LastAttempt { get; init; }

    /// <summary>The renewal that a process has begun and not finished; null if there is none.</summary>
    public RenewalMark? Mark { get; init; }

    /// <summary>Whether the connection works.</summary>
    public ConnectionState State { get; init; }

    /// <summary>Why the connection does not work, for people to read; null while it works. Contains no secret.</summary>
    public string? StateReason { get; init; }

    /// <summary>Since when the connection has had this state; null for a service token.</summary>
    public DateTimeOffset? StateSince { get; init; }

    /// <summary>Until when the identity server asked for no further requests; null if it did not.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When the user consented; null for a service token.</summary>
    public DateTimeOffset? ConnectedAt { get; init; }

    /// <summary>The company that the tokens are for, if the identity server said so; otherwise null.</summary>
    public string? Company { get; init; }

    /// <summary>
    /// The user who consented (<c>sub</c>), if the identity server said so; otherwise null. Connections of the same user and client end
    /// together when Visma Connect detects a replay.
    /// </summary>
    public string? Subject { get; init; }

    /// <summary>When the refresh token was first sent without a known outcome; null if there was no such send.</summary>
    public DateTimeOffset? UnknownSince { get; init; }

    /// <summary>The number of the tokens that <see cref="Mark"/> was set on. A mark on older tokens says nothing about the newer ones.</summary>
    public long? MarkedTokens { get; init; }

    /// <summary>
    /// The grace period of the client when the user consented; null if there was none. At Visma a grace period applies to consents that were
    /// given after it was set.
    /// </summary>
    public TimeSpan? GracePeriod { get; init; }

    /// <summary>
    /// The SHA-256 of the token that this connection was imported with, in base64url; null if it was not imported. With it, a token is imported once,
    /// although the connection has other tokens by now.
    /// </summary>
    public string? ImportedTokenHash { get; init; }

    /// <summary>
    /// When the tokens were handed out by <see cref="VismaConnections.ExportRefreshTokensAsync"/>; null if they were not. They are not renewed or revoked
    /// here any more.
    /// </summary>
    public DateTimeOffset? ExportedAt { get; init; }

    /// <summary>Identifies this version of the entry, for the compare-and-swap: random, never used again, at most 64 ASCII characters.</summary>
    public string Version { get; init; } = RandomText.OfIdentifier();

    // Kept, so that a process with an older version of the library does not remove them during a rolling upgrade.
    internal UnknownMembers? UnknownMembers { get; init; }

    /// <summary>Describes the entry without its tokens.</summary>
    /// <returns>The expiry, the attempt and the state.</returns>
    public override string ToString() => FormattableString.Invariant($"{Tokens}, attempt {Attempt}, {State}{(Mark is null ? "" : ", being renewed")}");

    // A changed entry needs another version: with the same one, a compare-and-swap could succeed that must fail.
    internal TokenEntry AsNew() => this with { Version = RandomText.OfIdentifier() };
}
