using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Visma.Connect.Sdk.TokenCache;

/// <summary>
/// An entry as a row of a relational token cache: the table <c>visma_tokens</c>, which <c>docs/token-record.md</c> describes. For authors of such a
/// cache.
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class TokenRow
{
    /// <summary>The name of the table.</summary>
    public const string Table = "visma_tokens";

    private const int LongestShown = 100;

    /// <summary>
    /// The SHA-256 of <see cref="Key"/>, in hexadecimal: it has a fixed length, is short enough for an index in every database, and compares equally
    /// in every collation. The primary key.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The storage key of the entry's key: <see cref="TokenKey.ToStorageKey"/>.</summary>
    public required string Key { get; init; }

    /// <summary>Whether the key is that of a connection. A listing of connections reads only these rows.</summary>
    public required bool IsConnection { get; init; }

    /// <summary>The version of the entry, which a swap compares.</summary>
    public required string Version { get; init; }

    /// <summary>The bytes of the entry, by <see cref="TokenEntrySerializer"/>. Secret if they are not encrypted.</summary>
    public required byte[] Record { get; init; }

    /// <summary>Returns the <see cref="Id"/> of the row of a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The id.</returns>
    public static string IdOf(TokenKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Sha256.HexLower(Encoding.ASCII.GetBytes(key.ToStorageKey()));
    }

    /// <summary>Converts an entry to a row.</summary>
    /// <param name="key">The key of the entry.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="serializer">Encrypts the entry.</param>
    /// <returns>The row.</returns>
    /// <exception cref="ArgumentException">The entry lacks a member that its key needs; the message names it.</exception>
    public static TokenRow From(TokenKey key, TokenEntry entry, TokenEntrySerializer serializer)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(serializer);
        return new TokenRow
        {
            Id = IdOf(key),
            Key = key.ToStorageKey(),
            IsConnection = key.Connection is not null,
            Version = entry.Version,
            Record = serializer.Serialize(key, entry),
        };
    }

    /// <summary>
    /// Converts the row to an item of a listing. A row that cannot be read becomes an item with the reason, so that it is not left out in silence. If
    /// even its key cannot be read, a listing with a filter leaves it out, and a listing of everything has it under a key that no token has.
    /// </summary>
    /// <param name="filter">The filter of the listing. Null: everything.</param>
    /// <param name="serializer">Decrypts the entry.</param>
    /// <param name="item">The item. Null if the listing leaves the row out.</param>
    /// <returns>Whether the listing has the row.</returns>
    public bool TryRead(TokenFilter? filter, TokenEntrySerializer serializer, [NotNullWhen(true)] out TokenCacheItem? item)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        item = null;
        if (TokenKey.TryFromStorageKey(Key, out TokenKey? key))
        {
            if (filter?.Includes(key) != false)
            {
                item = Id == IdOf(key) ? serializer.DeserializeItem(key, Version, Record) : new TokenCacheItem(key, Misplaced(key));
            }
        }
        else if (filter is null)
        {
            // A copy and a change of keys list everything, and must not leave it behind in silence.
            item = WithoutKey();
        }

        return item is not null;
    }

    /// <summary>Returns the id. The record is not printed.</summary>
    public override string ToString() => $"row {Id} of {Table}";

    // It is listed under a key that has no token, and that no consent can have.
    private TokenCacheItem WithoutKey()
    {
        string shown = Uri.EscapeDataString(Key.Length > LongestShown ? Key[..LongestShown] + "..." : Key);
        return new TokenCacheItem(
            TokenKey.FromStorageKey($"claim/unreadable/{Uri.EscapeDataString(Id.Length == 0 ? "-" : Id)}"),
            new UnreadableEntryException($"The key '{shown}' of the row '{Id}' of table {Table} cannot be read. A later version of "
                + "the library has written it, or the storage was changed from outside the library: use that version, or restore the row."));
    }

    // The row is not in the place of its key, so its record must not be listed as the entry of this key.
    private UnreadableEntryException Misplaced(TokenKey key) =>
        new($"The row '{Id}' of table {Table} is not the row of its key, {key}. The storage was changed from outside the library: restore it.") { Key = key };
}
