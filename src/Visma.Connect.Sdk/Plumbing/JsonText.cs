using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>Text in the JSON of a stranger: what is missing, of another type, or no text at all (half a surrogate pair) is null.</summary>
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
