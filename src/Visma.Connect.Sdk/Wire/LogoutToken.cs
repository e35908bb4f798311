using System.Text.Json;
using Duende.IdentityModel;

namespace Visma.Connect.Sdk;

/// <summary>
/// A validated logout token: the identity server has ended a session, or all sessions of a user (OpenID Connect Back-Channel Logout 1.0). It contains
/// personal data.
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class LogoutToken
{
    /// <summary>
    /// Creates a logout token, for the unit tests of an application. The claims are not validated:
    /// <see cref="OpenIdConnectClient.ValidateLogoutTokenAsync"/> does that.
    /// </summary>
    /// <param name="claims">The claims: a JSON object with at least <c>iss</c> and <c>jti</c>.</param>
    /// <exception cref="ArgumentException">The claims are not a JSON object, or one of the two claims is missing.</exception>
    public LogoutToken(JsonElement claims)
    {
        Issuer = JsonText.OfRequiredClaim(claims, JwtClaimTypes.Issuer, nameof(claims));
        Id = JsonText.OfRequiredClaim(claims, JwtClaimTypes.JwtId, nameof(claims));
        Claims = claims.Clone();
    }

    /// <summary>The identity server that issued the token.</summary>
    public string Issuer { get; }

    /// <summary>
    /// The id of the token (<c>jti</c>). Accept each one once: the specification asks for it, and <see cref="SharedClaims"/> does it for several processes.
    /// </summary>
    public string Id { get; }

    /// <summary>The session that has ended (<c>sid</c>). Null if all sessions of the user have ended.</summary>
    public string? SessionId => JsonText.Of(Claims, JwtClaimTypes.SessionId) is { Length: > 0 } session ? session : null;

    /// <summary>The user (<c>sub</c>). Null if the token names the session alone.</summary>
    public string? Subject => JsonText.Of(Claims, JwtClaimTypes.Subject) is { Length: > 0 } subject ? subject : null;

    /// <summary>All claims.</summary>
    public JsonElement Claims { get; }

    /// <summary>Returns a constant text, without personal data.</summary>
    public override string ToString() => "logout token";
}
