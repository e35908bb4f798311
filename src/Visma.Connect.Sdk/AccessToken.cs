namespace Visma.Connect.Sdk;

/// <summary>An access token, ready to be sent (RFC 6750).</summary>
/// <remarks>
/// Immutable and thread-safe. The token is opaque: claims inside it are Visma's business. It is held once, as the value of an
/// <c>Authorization</c> header, because that is how nearly every caller needs it.
/// </remarks>
public sealed class AccessToken
{
    private const string Scheme = "Bearer ";

    /// <summary>Creates an access token, for an <see cref="ITokenSource"/> or an <see cref="ITokenCache"/> of your own.</summary>
    /// <param name="value">The token as the token endpoint returned it. ASCII without white space, as it travels in a header.</param>
    /// <param name="obtainedAt">When it was asked for.</param>
    /// <param name="expiresAt">When it stops working.</param>
    /// <param name="scopes">The scopes that were granted; none when unknown.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is empty, or cannot travel in a header.</exception>
    public AccessToken(string value, DateTimeOffset obtainedAt, DateTimeOffset expiresAt, IReadOnlyList<string>? scopes = null)
        : this(value, obtainedAt, expiresAt, scopes, attempt: 0, grantId: null)
    {
    }

    internal AccessToken(string value, DateTimeOffset obtainedAt, DateTimeOffset expiresAt, IReadOnlyList<string>? scopes, long attempt, string? grantId)
    {
        if (!IsHeaderSafe(value))
        {
            throw new ArgumentException("An access token is not empty and holds visible ASCII characters only (RFC 6749 appendix A.12).", nameof(value));
        }

        AuthorizationHeader = Scheme + value;
        ObtainedAt = obtainedAt;
        ExpiresAt = expiresAt;
        Scopes = scopes ?? [];
        Attempt = attempt;
        GrantId = grantId;
    }

    /// <summary>The token alone, for a gRPC call credential or a SOAP header. Secret.</summary>
    /// <remarks>A new string at each read; <see cref="AuthorizationHeader"/> costs nothing.</remarks>
    public string Value => AuthorizationHeader.Substring(Scheme.Length);

    /// <summary>The whole value of an <c>Authorization</c> header: <c>Bearer</c>, a space and the token. Secret.</summary>
    public string AuthorizationHeader { get; }

    /// <summary>When the token was asked for, by the clock of the machine that asked.</summary>
    public DateTimeOffset ObtainedAt { get; }

    /// <summary>When the token stops working: <see cref="ObtainedAt"/> plus <c>expires_in</c> (RFC 6749 section 5.1).</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>The scopes that were granted, which may be fewer than were asked for (RFC 6749 section 3.3); empty when unknown.</summary>
    public IReadOnlyList<string> Scopes { get; }

    // The number of the attempt that fetched it: of two tokens of one grant the higher is the newer. Clocks and texts say nothing about that.
    internal long Attempt { get; }

    // The user's consent that it came from; null for a service token.
    internal string? GrantId { get; }

    internal AccessToken WithAttempt(long attempt, string? grantId = null) =>
        Attempt == attempt && GrantId == grantId ? this : new AccessToken(Value, ObtainedAt, ExpiresAt, Scopes, attempt, grantId);

    // Of another consent, or fetched later: not the token that the other one is.
    internal bool Succeeds(AccessToken other) => GrantId != other.GrantId || Attempt > other.Attempt;

    // Equal as sent: whether asking again for the same thing can make a difference.
    internal bool IsSameAs(AccessToken other) => string.Equals(AuthorizationHeader, other.AuthorizationHeader, StringComparison.Ordinal);

    /// <summary>Says when the token expires, and never the token.</summary>
    public override string ToString() => FormattableString.Invariant($"access token, expires {ExpiresAt:u}");

    internal static bool IsHeaderSafe(string? value) => !string.IsNullOrEmpty(value) && !value.AsSpan().ContainsAnyExceptInRange('!', '~');
}
