using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>Reads text from untrusted JSON. Returns null for a member that is missing, has another type, or is not valid Unicode (half a surrogate pair).</summary>
internal static class JsonText
{
    public static string? Of(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? Of(value) : null;

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
