using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>A company that a VNI token reaches.</summary>
public sealed record VniCompany
{
    /// <summary>What goes into the header <c>ipp-company-id</c>: see <c>request.SetVniCompany</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Its name; empty when VNI does not say.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its type as VNI has it; empty when VNI does not say.</summary>
    public string Type { get; init; } = "";

    // Null for an entry without an id: nothing could be asked of it.
    internal static VniCompany? From(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object
        && entry.TryGetProperty("id", out JsonElement id)
        && id.ValueKind is JsonValueKind.Number or JsonValueKind.String
        && JsonText.Of(id) is { Length: > 0 } text
            ? new VniCompany { Id = text, Name = JsonText.Of(entry, "name") ?? "", Type = JsonText.Of(entry, "type") ?? "" }
            : null;
}
