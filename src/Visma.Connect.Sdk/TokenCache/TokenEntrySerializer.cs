using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>
/// Turns entries into the bytes that a durable cache stores, and back: encrypted, bound to their key, and readable by later versions of the
/// library. The format is described in <c>docs/token-record.md</c>. The container has one, made as the settings say.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class TokenEntrySerializer
{
    private const byte Format = 1;
    private const byte NotProtected = 0;
    private const byte Protected = 1;
    private const int HeaderLength = 2;

    // The first encrypts, all decrypt.
    private readonly ITokenProtector[] _protectors;
    private readonly bool _acceptsUnprotected;

    /// <summary>Creates one that encrypts.</summary>
    /// <param name="protector">Encrypts and decrypts.</param>
    /// <param name="formerProtectors">Decrypt what they once encrypted, and the other one cannot: for a change from one way of encrypting to another. None when null.</param>
    /// <param name="acceptUnprotected">
    /// Whether entries that were once stored unprotected are read too; their next change protects them. Whoever can write to the storage could
    /// slip in such an entry, so only for the time of a move. Default: no.
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

    /// <summary>One that does not encrypt: whoever reads the storage has the tokens of every customer. For trials.</summary>
    public static TokenEntrySerializer Unprotected { get; } = new();

    /// <summary>Writes an entry.</summary>
    /// <param name="key">Whose entry: it can be read again for this key only.</param>
    /// <param name="entry">The entry.</param>
    /// <returns>The bytes to store. Secret where nothing protects them.</returns>
    public byte[] Serialize(TokenKey key, TokenEntry entry)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(entry);
        string storageKey = key.ToStorageKey();
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(TokenRecord.Of(storageKey, entry), TokenRecordJsonContext.Default.TokenRecord);
        return _protectors.Length == 0
            ? [Format, NotProtected, .. json]
            : [Format, Protected, .. _protectors[0].Protect(json, AssociatedData(storageKey))];
    }

    /// <summary>Reads an entry.</summary>
    /// <param name="key">Whose entry.</param>
    /// <param name="version">The version that is stored beside it.</param>
    /// <param name="record">What <see cref="Serialize"/> returned, of this or an earlier version of the library.</param>
    /// <exception cref="UnreadableEntryException">It cannot be read; the message says why, and what to do.</exception>
    public TokenEntry Deserialize(TokenKey key, string version, byte[] record)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(record);
        string storageKey = key.ToStorageKey();
        TokenRecord? read = Parse(JsonOf(key, storageKey, version, record));
        return read is not null && read.Key == storageKey && read.Version == version && read.ToEntry() is { } entry
            ? entry
            : throw UnreadableEntryException.Of(key, version, "it is not what was stored for this key and version.", "Something else has changed the storage: restore it.");
    }

    /// <summary>Reads an entry for a listing, which goes on where one cannot be read.</summary>
    /// <param name="key">Whose entry.</param>
    /// <param name="version">The version that is stored beside it.</param>
    /// <param name="record">What <see cref="Serialize"/> returned, of this or an earlier version of the library.</param>
    /// <returns>The entry, or why it cannot be read.</returns>
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
            throw UnreadableEntryException.Of(key, version, $"its format is {record[0]}, and this version of the library knows {Format}.", "Use the version of the library that wrote it, or a newer one.");
        }

        switch (record.Length < HeaderLength ? (byte?)null : record[1])
        {
            case Protected:
                return Unprotect(key, version, record.AsSpan(HeaderLength), AssociatedData(storageKey));
            case NotProtected when _acceptsUnprotected:
                return record.AsSpan(HeaderLength).ToArray();
            case NotProtected:
                throw UnreadableEntryException.Of(key, version, "it is not encrypted, and this process takes only what is.", "If it was stored before a protector was set up, set AllowUnprotectedTokens to true until ReprotectAsync has run.");
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
            "Give this process what the others decrypt with: TokenProtection:Keys in the settings, Data Protection's key ring, or your ITokenProtector.",
            first);
    }

    // A message of the reader could quote what it read.
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
