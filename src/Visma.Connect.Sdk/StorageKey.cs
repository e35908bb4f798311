using System.Text;

namespace Visma.Connect.Sdk;

/// <summary>
/// Keys as text: <c>connection/client/name</c>, <c>service/client/tenant/scopes</c> or <c>claim/client/claimed</c>. Each part is percent-encoded.
/// The name of the client, which compares without case, has one spelling.
/// </summary>
internal static class StorageKey
{
    private const string Connection = "connection";
    private const string Service = "service";
    private const string Claim = "claim";

    // The only letter that OrdinalIgnoreCase distinguishes from its upper case, which is S.
    private const string LongS = "\u017f";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">
    /// The name is null, empty or white space, or contains half a surrogate pair, which would be read back as another character.
    /// </exception>
    public static void RequireText(string name, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name, parameter);
        if (!IsText(name))
        {
            throw new ArgumentException("The name is not valid Unicode text: half of a character is missing. Cut names between characters.", parameter);
        }
    }

    public static string Of(TokenKey key)
    {
        string client = Encode(OneSpelling(key.Client), key);
        return key.Connection is { } connection ? $"{Connection}/{client}/{Encode(connection, key)}"
            : key.Claimed is { } claimed ? $"{Claim}/{client}/{Encode(claimed, key)}"
            : $"{Service}/{client}/{(key.TenantId is { } tenant ? Encode(tenant, key) : "")}/{Encode(string.Join(" ", key.Scopes), key)}";
    }

    /// <summary>The key; null if the text is not a key.</summary>
    public static TokenKey? Read(string text)
    {
        string[] parts = text.Split('/');
        try
        {
            TokenKey? key = (parts[0], parts.Length) switch
            {
                (Connection, 3) => TokenKey.ForConnection(Decode(parts[1]), Decode(parts[2])),
                (Claim, 3) => TokenKey.ForClaim(Decode(parts[1]), Decode(parts[2])),
                (Service, 4) => (parts[2].Length == 0 ? TokenKey.ForClient(Decode(parts[1])) : TokenKey.ForTenant(Decode(parts[1]), Decode(parts[2])))
                    .WithScopes(parts[3].Length == 0 ? [] : Decode(parts[3]).Split(' ')),
                _ => null,
            };
            return key is not null && Of(key) == text ? key : null;
        }
        catch (Exception unfit) when (unfit is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    // Names that are equal without case are equal in upper case. Lower case is easier to read, so it is used where it is equal too.
    private static string OneSpelling(string client)
    {
        string upper = string.Join(LongS, client.Split(LongS[0]).Select(part => part.ToUpperInvariant()));
#pragma warning disable CA1308 // Only where it equals the upper case without case.
        string lower = upper.ToLowerInvariant();
#pragma warning restore CA1308
        return string.Equals(lower, upper, StringComparison.OrdinalIgnoreCase) ? lower : upper;
    }

    private static string Encode(string part, TokenKey key) => IsText(part)
        ? Uri.EscapeDataString(part)
        : throw new InvalidOperationException($"The key of {key} is not valid Unicode text, and cannot be stored. Use another name.");

    private static bool IsText(string name)
    {
        try
        {
            _ = StrictUtf8.GetByteCount(name);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    private static string Decode(string part) => Uri.UnescapeDataString(part);
}
