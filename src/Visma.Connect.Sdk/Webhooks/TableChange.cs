using System.Globalization;
using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>A row of a table of Business NXT was inserted, updated or deleted (https://docs.vismasoftware.no/businessnxtapi/webhooks).</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class TableChange
{
    /// <summary>Creates a change, for the unit tests of an application.</summary>
    /// <param name="tableIdentifier">The table.</param>
    /// <param name="event">What happened.</param>
    /// <param name="customerNo">The customer number.</param>
    /// <param name="companyNo">The company number.</param>
    /// <param name="primaryKeys">The primary key of the row. Default: none.</param>
    /// <param name="timestamp">When it happened.</param>
    /// <param name="changedByUser">Who changed the row.</param>
    /// <param name="changedColumns">The columns that changed. Default: none.</param>
    public TableChange(
        string tableIdentifier,
        string @event,
        int customerNo = 0,
        int companyNo = 0,
        IReadOnlyList<KeyValuePair<string, string>>? primaryKeys = null,
        DateTimeOffset? timestamp = null,
        string? changedByUser = null,
        IReadOnlyList<string>? changedColumns = null)
    {
        ArgumentNullException.ThrowIfNull(tableIdentifier);
        ArgumentNullException.ThrowIfNull(@event);
        TableIdentifier = tableIdentifier;
        Event = @event;
        CustomerNo = customerNo;
        CompanyNo = companyNo;
        PrimaryKeys = primaryKeys ?? [];
        Timestamp = timestamp;
        ChangedByUser = changedByUser;
        ChangedColumns = changedColumns ?? [];
    }

    /// <summary>The table, as the GraphQL API names it.</summary>
    public string TableIdentifier { get; }

    /// <summary>What happened: <c>INSERT</c>, <c>UPDATE</c> or <c>DELETE</c>, unchanged from the event.</summary>
    public string Event { get; }

    /// <summary>The Visma.net customer number. 0 if the event does not contain it.</summary>
    public int CustomerNo { get; }

    /// <summary>The Visma.net company number. Prefer it to the customer number. 0 if the event does not contain it.</summary>
    public int CompanyNo { get; }

    /// <summary>The primary key of the row: its columns in order, each with its value as text.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> PrimaryKeys { get; }

    /// <summary>When it happened, in UTC. Null if the event does not contain it.</summary>
    public DateTimeOffset? Timestamp { get; }

    /// <summary>Who changed the row. Null if the event does not contain it. Personal data.</summary>
    public string? ChangedByUser { get; }

    /// <summary>The columns that changed. Empty if the event does not contain them.</summary>
    public IReadOnlyList<string> ChangedColumns { get; }

    /// <summary>Returns the table and what happened, without the row and the user.</summary>
    public override string ToString() => $"{Event} in table {TableIdentifier} of company {CompanyNo.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Reads a body; returns null if it is another event. A member that is missing or has another type is left empty.</summary>
    internal static TableChange? From(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || JsonText.Of(body, "tableIdentifier") is not { } table || JsonText.Of(body, "event") is not { } happened)
        {
            return null;
        }

        return new TableChange(
            table,
            happened,
            Number(body, "customerNo"),
            Number(body, "companyNo"),
            [.. Items(body, "primaryKeys")
                .Where(key => key.ValueKind == JsonValueKind.Object)
                .SelectMany(key => key.EnumerateObject())
                .Select(column => new KeyValuePair<string, string>(column.Name, JsonText.Of(column.Value) ?? ""))],
            Time(body, "timestamp"),
            JsonText.Of(body, "changedByUser"),
            [.. Items(body, "changedColumns").Select(column => JsonText.Of(column) ?? "")]);
    }

    private static int Number(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : 0;

    private static DateTimeOffset? Time(JsonElement body, string name) =>
        DateTimeOffset.TryParse(
            JsonText.Of(body, name),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out DateTimeOffset time) ? time : null;

    private static JsonElement[] Items(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [];
}
