using System.Text.Json;
using Duende.IdentityModel;

namespace Visma.Connect.Sdk;

/// <summary>Reads claims from a token without validating it, for diagnostics and comparisons. The token need not be a JWT.</summary>
internal static class JwtClaims
{
    /// <summary>The company of a token: <c>tenant_id</c> at Visma Connect, <c>customer_id</c> at eAccounting. Null if it has neither.</summary>
    public static string? CompanyOf(string token) => TextOf(token, TokenRequest.TenantParameter) ?? TextOf(token, "customer_id");

    /// <summary>The user of some tokens (<c>sub</c>); null if they do not name one.</summary>
    public static string? SubjectOf(string? idToken, string accessToken) =>
        (idToken is null ? null : TextOf(idToken, JwtClaimTypes.Subject)) ?? TextOf(accessToken, JwtClaimTypes.Subject);

    /// <summary>A claim as text. Null if the claim is absent, or if the token is not a JWT.</summary>
    public static string? TextOf(string token, string claim) =>
        Read(token) is { } claims && claims.TryGetProperty(claim, out JsonElement value)
        && value.ValueKind is JsonValueKind.String or JsonValueKind.Number
            ? JsonText.Of(value)
            : null;

    /// <summary>Whether a claim is this text, or a list that contains it.</summary>
    public static bool Holds(string token, string claim, string text) =>
        Read(token) is { } claims && claims.TryGetProperty(claim, out JsonElement value)
        && value.ValueKind switch
        {
            JsonValueKind.String => JsonText.Of(value) == text,
            JsonValueKind.Array => value.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.String && JsonText.Of(item) == text),
            _ => false,
        };

    /// <summary>All claims. Null if the token is not a JWT.</summary>
    public static JsonElement? Read(string token)
    {
        string[] parts = token.Split('.');
        if (parts.Length != 3)
        {
            return null;
        }

        try
        {
            string padded = parts[1].Replace('-', '+').Replace('_', '/').PadRight((parts[1].Length + 3) / 4 * 4, '=');
            return JsonText.TryParse(Convert.FromBase64String(padded), out JsonElement claims) && claims.ValueKind == JsonValueKind.Object ? claims : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
