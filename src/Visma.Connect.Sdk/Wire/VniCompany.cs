using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>A company that a VNI token reaches.</summary>
/// <param name="Id">What goes into the header <c>ipp-company-id</c>: see <c>request.SetVniCompany</c>.</param>
/// <param name="Name">Its name; empty when VNI does not say.</param>
/// <param name="Type">Its type as VNI has it; empty when VNI does not say.</param>
public sealed record VniCompany(string Id, string Name, string Type)
{
    // Null for an entry without an id: nothing could be asked of it.
    internal static VniCompany? From(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("id", out JsonElement id) && id.ValueKind is JsonValueKind.Number or JsonValueKind.String
        && JsonText.Of(id) is { Length: > 0 } text
            ? new VniCompany(text, JsonText.Of(entry, "name") ?? "", JsonText.Of(entry, "type") ?? "")
            : null;
}
