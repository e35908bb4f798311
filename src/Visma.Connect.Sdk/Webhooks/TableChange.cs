using System.Globalization;
using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>A row of a table of Business NXT was inserted, updated or deleted (https://docs.vismasoftware.no/businessnxtapi/webhooks).</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed record TableChange
{
    /// <summary>The table, as the GraphQL API calls it.</summary>
    public required string TableIdentifier { get; init; }

    /// <summary>What happened: <c>INSERT</c>, <c>UPDATE</c> or <c>DELETE</c>, as it came.</summary>
    public required string Event { get; init; }

    /// <summary>The Visma.net customer number; 0 when the event does not say.</summary>
    public int CustomerNo { get; init; }

    /// <summary>The Visma.net company number, which is to be preferred to the customer's; 0 when the event does not say.</summary>
    public int CompanyNo { get; init; }

    /// <summary>The primary key of the row: its columns in order, with their values as text.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> PrimaryKeys { get; init; } = [];

    /// <summary>When it happened, in UTC; null when the event does not say.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>Who changed it; null when the event does not say.</summary>
    public string? ChangedByUser { get; init; }

    /// <summary>The columns that changed; empty when the event does not say.</summary>
    public IReadOnlyList<string> ChangedColumns { get; init; } = [];

    /// <summary>The change that a body holds; null when it is no such event. What is missing or of another type counts as not said.</summary>
    internal static TableChange? From(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || JsonText.Of(body, "tableIdentifier") is not { } table || JsonText.Of(body, "event") is not { } happened)
        {
            return null;
        }

        return new TableChange
        {
            TableIdentifier = table,
            Event = happened,
            CustomerNo = Number(body, "customerNo"),
            CompanyNo = Number(body, "companyNo"),
            PrimaryKeys = [.. Items(body, "primaryKeys")
                .Where(key => key.ValueKind == JsonValueKind.Object)
                .SelectMany(key => key.EnumerateObject())
                .Select(column => new KeyValuePair<string, string>(column.Name, JsonText.Of(column.Value) ?? ""))],
            Timestamp = DateTimeOffset.TryParse(
                JsonText.Of(body, "timestamp"),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out DateTimeOffset at) ? at : null,
            ChangedByUser = JsonText.Of(body, "changedByUser"),
            ChangedColumns = [.. Items(body, "changedColumns").Select(column => JsonText.Of(column) ?? "")],
        };
    }

    private static int Number(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : 0;

    private static JsonElement[] Items(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [];
}
