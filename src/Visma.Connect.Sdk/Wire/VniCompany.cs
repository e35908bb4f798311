using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>A company that a VNI access token is valid for.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
[Obsolete(LegacyVni.Advice, DiagnosticId = LegacyVni.DiagnosticId, UrlFormat = LegacyVni.Url)]
public sealed record VniCompany
{
    /// <summary>Creates a company, for the unit tests of an application.</summary>
    /// <param name="id">The id.</param>
    /// <param name="name">The name.</param>
    /// <param name="type">The type.</param>
    public VniCompany(string id, string name = "", string type = "")
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(type);
        Id = id;
        Name = name;
        Type = type;
    }

    /// <summary>The value of the header <c>ipp-company-id</c>: see <c>request.SetVniCompany</c>.</summary>
    public string Id { get; }

    /// <summary>The name. Empty if VNI does not return it.</summary>
    public string Name { get; }

    /// <summary>The type, as VNI names it. Empty if VNI does not return it.</summary>
    public string Type { get; }

    // Null for an entry without an id: no call can name such a company.
    internal static VniCompany? From(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object
        && entry.TryGetProperty("id", out JsonElement id)
        && id.ValueKind is JsonValueKind.Number or JsonValueKind.String
        && JsonText.Of(id) is { Length: > 0 } text
            ? new VniCompany(text, JsonText.Of(entry, "name") ?? "", JsonText.Of(entry, "type") ?? "")
            : null;
}
