namespace Visma.Connect.Sdk.EntityFrameworkCore;

/// <summary>A row of the table. Members that are searched or compared have columns; all other members are in the record.</summary>
internal sealed class StoredEntry
{
    /// <summary>
    /// The SHA-256 of the key, in hexadecimal: it has a fixed length, is short enough for an index in every database, and compares equally in every
    /// collation.
    /// </summary>
    public required string Id { get; init; }

    public required string Key { get; init; }

    public required bool IsConnection { get; init; }

    public required string Version { get; set; }

    public required byte[] Record { get; set; }
}
