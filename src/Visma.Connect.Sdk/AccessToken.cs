using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk;

/// <summary>An access token, ready to be sent (RFC 6750).</summary>
/// <remarks>
/// Immutable and thread-safe. The token is opaque; do not rely on claims inside it. It is stored as the value of an <c>Authorization</c> header,
/// because nearly every caller needs it in this form.
/// </remarks>
public sealed class AccessToken
{
    internal const string Scheme = "Bearer ";

    /// <summary>Creates an access token, for an implementation of <see cref="ITokenSource"/> or <see cref="ITokenCache"/>, or for a unit test.</summary>
    /// <param name="value">The token, unchanged from the reply of the token endpoint: visible ASCII characters without white space.</param>
    /// <param name="obtainedAt">When it was requested.</param>
    /// <param name="expiresAt">When it expires.</param>
    /// <param name="scopes">The granted scopes. Default: none, which means that they are not known.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is empty, or cannot be sent in a header.</exception>
    public AccessToken(string value, DateTimeOffset obtainedAt, DateTimeOffset expiresAt, IReadOnlyList<string>? scopes = null)
        : this(value, obtainedAt, expiresAt, scopes, attempt: 0, grantId: null)
    {
    }

    internal AccessToken(string value, DateTimeOffset obtainedAt, DateTimeOffset expiresAt, IReadOnlyList<string>? scopes, long attempt, string? grantId)
        : this(obtainedAt, expiresAt, scopes, attempt, grantId, Scheme + value)
    {
        if (!IsHeaderSafe(value))
        {
            throw new ArgumentException("An access token is not empty and holds visible ASCII characters only (RFC 6749 appendix A.12).", nameof(value));
        }
    }

    private AccessToken(DateTimeOffset obtainedAt, DateTimeOffset expiresAt, IReadOnlyList<string>? scopes, long attempt, string? grantId, string header)
    {
        AuthorizationHeader = header;
        ObtainedAt = obtainedAt;
        ExpiresAt = expiresAt;
        Scopes = scopes ?? [];
        Attempt = attempt;
        GrantId = grantId;
    }

    /// <summary>The token alone, for a gRPC call credential or a SOAP header. Secret.</summary>
    /// <remarks>Each read allocates a new string; <see cref="AuthorizationHeader"/> does not.</remarks>
    [JsonIgnore]
    [IgnoreDataMember]
    public string Value => AuthorizationHeader.Substring(Scheme.Length);

    /// <summary>The value of an <c>Authorization</c> header: <c>Bearer</c>, a space and the token. Secret.</summary>
    [JsonIgnore]
    [IgnoreDataMember]
    public string AuthorizationHeader { get; }

    /// <summary>When the token was requested, on the clock of the machine that requested it.</summary>
    public DateTimeOffset ObtainedAt { get; }

    /// <summary>When the token expires: <see cref="ObtainedAt"/> plus <c>expires_in</c> (RFC 6749 section 5.1).</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>The granted scopes, which can be fewer than the requested ones (RFC 6749 section 3.3). Empty if they are not known.</summary>
    public IReadOnlyList<string> Scopes { get; }

    // The number of the attempt that obtained it. Of two tokens of one grant, the one with the higher number is newer; expiry and text do not show that.
    internal long Attempt { get; }

    // The user's consent that it belongs to; null for a service token.
    internal string? GrantId { get; }

    // In place of the token of a connection whose refresh token was imported and not exchanged yet. Its times keep it from being used on any clock.
    internal static AccessToken NotObtained(IReadOnlyList<string> scopes, string grantId) => new("none", default, default, scopes, attempt: 0, grantId);

    internal bool IsObtained => ExpiresAt != default;

    internal AccessToken WithAttempt(long attempt, string? grantId = null) =>
        Attempt == attempt && GrantId == grantId ? this : new AccessToken(ObtainedAt, ExpiresAt, Scopes, attempt, grantId, AuthorizationHeader);

    // True if this token belongs to another grant or to a later attempt.
    internal bool Succeeds(AccessToken other) => GrantId != other.GrantId || Attempt > other.Attempt;

    // True if a request that carries this token is the same as one that carries the other token.
    internal bool IsSameAs(AccessToken other) => string.Equals(AuthorizationHeader, other.AuthorizationHeader, StringComparison.Ordinal);

    /// <summary>Returns when the token expires, without the token.</summary>
    public override string ToString() => FormattableString.Invariant($"access token, expires {ExpiresAt:u}");

    /// <summary>Returns the token of the value of an <c>Authorization</c> header, which is not copied. Null if it cannot be sent in a header.</summary>
    internal static AccessToken? OfHeader(
        string header, DateTimeOffset obtainedAt, DateTimeOffset expiresAt, IReadOnlyList<string> scopes, long attempt, string? grantId) =>
        IsHeaderSafe(header.AsSpan(Scheme.Length))
            ? new AccessToken(obtainedAt, expiresAt, scopes, attempt, grantId, header)
            : null;

    internal static bool IsHeaderSafe(string? value) => IsHeaderSafe(value.AsSpan());

    private static bool IsHeaderSafe(ReadOnlySpan<char> value) => !value.IsEmpty && !value.ContainsAnyExceptInRange('!', '~');
}
