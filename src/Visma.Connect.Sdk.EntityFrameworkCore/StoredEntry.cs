namespace Visma.Connect.Sdk.EntityFrameworkCore;

/// <summary>A row: what has to be found or compared stands in columns, all else is in the record.</summary>
internal sealed class StoredEntry
{
    /// <summary>SHA-256 of the key, in hex: of one length, within every database's limit for an index, and the same in every collation.</summary>
    public required string Id { get; init; }

    public required string Key { get; init; }

    public required bool IsConnection { get; init; }

    public required string Version { get; set; }

    public required byte[] Record { get; set; }
}
