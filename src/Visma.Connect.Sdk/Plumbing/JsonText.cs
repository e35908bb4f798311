using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>
/// Reads text from untrusted JSON. Returns null for a member that is missing, has another type, or is not valid Unicode (half a surrogate
/// pair).
/// </summary>
internal static class JsonText
{
    public static string? Of(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? Of(value) : null;

    /// <summary>Reads a claim that an application has to give.</summary>
    /// <exception cref="ArgumentException">It is missing, or the claims are not a JSON object.</exception>
    public static string OfRequiredClaim(JsonElement claims, string name, string parameterName) =>
        claims.ValueKind == JsonValueKind.Object && Of(claims, name) is { Length: > 0 } text
            ? text
            : throw new ArgumentException($"The claims must be a JSON object with the claim '{name}', which is not empty.", parameterName);

    public static string? Of(JsonElement value)
    {
        try
        {
            return value.ToString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
