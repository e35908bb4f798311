using System.Text.Json;
using Duende.IdentityModel;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Visma.Connect.Sdk;

/// <summary>What a logout token must contain, beyond a valid signature (OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.6).</summary>
internal static class LogoutTokenRules
{
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";

    /// <summary>Why the logout token is refused; null if it is not.</summary>
    public static string? FaultOf(JsonWebToken token) =>
        token.TryGetHeaderValue("crit", out object _) ? "its header names extensions that must be understood ('crit'), and none is known here"
        // Servers of before the final specification send no type, or JWT.
        : !string.IsNullOrEmpty(token.Typ) && !IsType(token.Typ) ? "it is a token of another type ('typ')"
        : JwtClaims.Read(token.EncodedToken) is not { } claims ? "it cannot be read"
        : !IsNumber(claims, JwtClaimTypes.IssuedAt) ? "it has no 'iat'"
        : string.IsNullOrEmpty(JsonText.Of(claims, JwtClaimTypes.JwtId)) ? "it has no 'jti'"
        : !HasEvent(claims) ? "its 'events' do not contain a back-channel logout"
        // So that no id token can be used as a logout token.
        : claims.TryGetProperty(JwtClaimTypes.Nonce, out _) ? "it has a 'nonce'"
        : string.IsNullOrEmpty(JsonText.Of(claims, JwtClaimTypes.Subject)) && string.IsNullOrEmpty(JsonText.Of(claims, JwtClaimTypes.SessionId))
            ? "it has neither 'sub' nor 'sid'"
        : null;

    /// <summary>Whether the claims are those of a logout token.</summary>
    public static bool HasEvent(JsonElement claims) =>
        claims.TryGetProperty(JwtClaimTypes.Events, out JsonElement events)
        && events.ValueKind == JsonValueKind.Object
        && events.TryGetProperty(Event, out JsonElement logout)
        && logout.ValueKind == JsonValueKind.Object;

    private static bool IsType(string type) =>
        string.Equals(type, "JWT", StringComparison.OrdinalIgnoreCase)
        || string.Equals(type, "logout+jwt", StringComparison.OrdinalIgnoreCase)
        || string.Equals(type, "application/logout+jwt", StringComparison.OrdinalIgnoreCase);

    private static bool IsNumber(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _);
}
