using System.Text;
using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>
/// Reads text from untrusted JSON. Returns null for a member that is missing, has another type, or is not valid Unicode (half a surrogate
/// pair).
/// </summary>
internal static class JsonText
{
    /// <summary>
    /// Parses JSON. Returns false if it is malformed, and also if the name of a member is not valid Unicode: each search for a member of such an object
    /// throws an <see cref="InvalidOperationException"/>.
    /// </summary>
    public static bool TryParse(ReadOnlyMemory<byte> json, out JsonElement root, JsonDocumentOptions options = default)
    {
        try
        {
            ReadTexts(json.Span, withValues: false);
            using JsonDocument document = JsonDocument.Parse(json, options);
            root = document.RootElement.Clone();
            return true;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            root = default;
            return false;
        }
    }

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

    /// <summary>Whether all texts in a value are valid Unicode. A value with another text can neither be compared nor written.</summary>
    public static bool IsReadable(JsonElement value)
    {
        try
        {
            ReadTexts(Encoding.UTF8.GetBytes(value.GetRawText()), withValues: true);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void ReadTexts(ReadOnlySpan<byte> json, bool withValues)
    {
        Utf8JsonReader reader = new(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName || (withValues && reader.TokenType == JsonTokenType.String))
            {
                reader.GetString();
            }
        }
    }
}
