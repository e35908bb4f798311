using System.Text.Json;
using Duende.IdentityModel;

namespace Visma.Connect.Sdk;

/// <summary>A validated id token: who signed in, where and when (OpenID Connect Core 1.0 section 2). It contains personal data.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class IdToken
{
    /// <summary>
    /// Creates an id token, for the unit tests of an application. The claims are not validated:
    /// <see cref="OpenIdConnectClient.ValidateIdTokenAsync"/> does that.
    /// </summary>
    /// <param name="claims">The claims: a JSON object with at least <c>sub</c> and <c>iss</c>.</param>
    /// <exception cref="ArgumentException">The claims are not a JSON object, or one of the two claims is missing.</exception>
    public IdToken(JsonElement claims)
    {
        Subject = JsonText.OfRequiredClaim(claims, JwtClaimTypes.Subject, nameof(claims));
        Issuer = JsonText.OfRequiredClaim(claims, JwtClaimTypes.Issuer, nameof(claims));
        Claims = claims.Clone();
    }

    internal IdToken(string subject, string issuer, JsonElement claims)
    {
        Subject = subject;
        Issuer = issuer;
        Claims = claims;
    }

    /// <summary>The user. Link accounts by this claim, never by the e-mail address.</summary>
    public string Subject { get; }

    /// <summary>The identity server that issued the token.</summary>
    public string Issuer { get; }

    /// <summary>The session at the identity server (<c>sid</c>), for back-channel logout. Null if the claim is absent.</summary>
    public string? SessionId => JsonText.Of(Claims, JwtClaimTypes.SessionId);

    /// <summary>All claims.</summary>
    public JsonElement Claims { get; }

    /// <summary>Returns a constant text, without personal data.</summary>
    public override string ToString() => "id token";
}
