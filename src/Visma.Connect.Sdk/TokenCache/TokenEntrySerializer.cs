using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Visma.Connect.Sdk.TokenCache;

/// <summary>
/// Converts entries to the bytes that a durable token cache stores, and back. The bytes are encrypted, bound to the key of the entry, and readable by
/// later versions of the library. The format is described in <c>docs/token-record.md</c>. The container has one instance, which encrypts as the
/// settings say.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class TokenEntrySerializer
{
    private const byte Format = 1;
    private const byte NotProtected = 0;
    private const byte Protected = 1;
    private const int HeaderLength = 2;

    // The first one encrypts; all of them decrypt.
    private readonly ITokenProtector[] _protectors;
    private readonly bool _acceptsUnprotected;

    /// <summary>Creates a serializer that encrypts.</summary>
    /// <param name="protector">Encrypts and decrypts.</param>
    /// <param name="formerProtectors">
    /// Decrypt the entries that they encrypted earlier, during the change from one protector to another. Default: none.
    /// </param>
    /// <param name="acceptUnprotected">
    /// Whether unencrypted entries can be read too. They are encrypted when they next change. Only for the time of a change: a person with write
    /// access to the
    /// storage could insert such an entry. Default: false.
    /// </param>
    public TokenEntrySerializer(ITokenProtector protector, IEnumerable<ITokenProtector>? formerProtectors = null, bool acceptUnprotected = false)
    {
        ArgumentNullException.ThrowIfNull(protector);
        _protectors = [protector, .. formerProtectors ?? []];
        _acceptsUnprotected = acceptUnprotected;
    }

    private TokenEntrySerializer()
    {
        _protectors = [];
        _acceptsUnprotected = true;
    }

    /// <summary>A serializer that does not encrypt, for trials: a person who can read the storage has the tokens of every customer.</summary>
    public static TokenEntrySerializer Unprotected { get; } = new();

    /// <summary>Converts an entry to bytes.</summary>
    /// <param name="key">The key. The entry can be read for this key only.</param>
    /// <param name="entry">The entry.</param>
    /// <returns>The bytes to store. Secret if they are not encrypted.</returns>
    /// <exception cref="ArgumentException">The entry lacks a member that its key needs; the message names it.</exception>
    public byte[] Serialize(TokenKey key, TokenEntry entry)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(entry);
        CompleteEntry.Require(key, entry);
        string storageKey = key.ToStorageKey();
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(TokenRecord.Of(storageKey, entry), TokenRecordJsonContext.Default.TokenRecord);
        return _protectors.Length == 0
            ? [Format, NotProtected, .. json]
            : [Format, Protected, .. _protectors[0].Protect(json, AssociatedData(storageKey))];
    }

    /// <summary>Converts bytes to an entry.</summary>
    /// <param name="key">The key.</param>
    /// <param name="version">The version that is stored with the record.</param>
    /// <param name="record">The bytes that <see cref="Serialize"/> returned, of this or an earlier version of the library.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="UnreadableEntryException">The entry cannot be read; the message says why, and what to do.</exception>
    public TokenEntry Deserialize(TokenKey key, string version, byte[] record)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(record);
        string storageKey = key.ToStorageKey();
        TokenRecord? read = Parse(JsonOf(key, storageKey, version, record));
        return read is not null && read.Key == storageKey && read.Version == version && read.ToEntry() is { } entry
            ? entry
            : throw UnreadableEntryException.Of(
                key,
                version,
                "it is not what was stored for this key and version.",
                LocalCauses.EntryChanged);
    }

    /// <summary>Converts bytes to an item of a listing, which must not end at an entry that cannot be read.</summary>
    /// <param name="key">The key.</param>
    /// <param name="version">The version that is stored with the record.</param>
    /// <param name="record">The bytes that <see cref="Serialize"/> returned, of this or an earlier version of the library.</param>
    /// <returns>The entry, or the reason why it cannot be read.</returns>
    public TokenCacheItem DeserializeItem(TokenKey key, string version, byte[] record)
    {
        try
        {
            return new TokenCacheItem(key, Deserialize(key, version, record));
        }
        catch (UnreadableEntryException fault)
        {
            return new TokenCacheItem(key, fault);
        }
    }

    private byte[] JsonOf(TokenKey key, string storageKey, string version, byte[] record)
    {
        if (record.Length > 0 && record[0] != Format)
        {
            throw UnreadableEntryException.Of(
                key,
                version,
                $"its format is {record[0]}, and this version of the library reads format {Format}.",
                LocalCauses.EntryIsNewer);
        }

        switch (record.Length < HeaderLength ? (byte?)null : record[1])
        {
            case Protected:
                return Unprotect(key, version, record.AsSpan(HeaderLength), AssociatedData(storageKey));
            case NotProtected when _acceptsUnprotected:
                return record.AsSpan(HeaderLength).ToArray();
            case NotProtected:
                throw UnreadableEntryException.Of(
                    key,
                    version,
                    "it is not encrypted, and this process accepts only encrypted entries.",
                    LocalCauses.EntryNotEncrypted);
            default:
                return [];
        }
    }

    private byte[] Unprotect(TokenKey key, string version, ReadOnlySpan<byte> body, byte[] associatedData)
    {
        CryptographicException? first = null;
        foreach (ITokenProtector protector in _protectors)
        {
            try
            {
                return protector.Unprotect(body, associatedData);
            }
            catch (CryptographicException failure)
            {
                first ??= failure;
            }
        }

        throw UnreadableEntryException.Of(
            key,
            version,
            first?.Message ?? "it is encrypted, and this process has no ITokenProtector.",
            LocalCauses.EntryKeyMissing,
            first);
    }

    // The JsonException is dropped, because its message could quote a token.
    private static TokenRecord? Parse(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, TokenRecordJsonContext.Default.TokenRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] AssociatedData(string storageKey) => [Format, Protected, .. Encoding.UTF8.GetBytes(storageKey)];
}
