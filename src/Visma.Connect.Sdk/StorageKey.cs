using System.Text;

namespace Visma.Connect.Sdk;

/// <summary>
/// Keys as text: <c>connection/client/name</c> or <c>service/client/tenant/scopes</c>, each part percent-encoded, the client in the one
/// spelling that all spellings of it share.
/// </summary>
internal static class StorageKey
{
    private const string Connection = "connection";
    private const string Service = "service";

    // The one letter that is told apart from its own upper case, S.
    private const string LongS = "\u017f";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">It is null, empty or white space, or half a surrogate pair is in it, which would come back as something else.</exception>
    public static void RequireText(string name, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name, parameter);
        if (!IsText(name))
        {
            throw new ArgumentException("The name is no valid Unicode text: half of a character is missing. Cut names between characters.", parameter);
        }
    }

    public static string Of(TokenKey key)
    {
        string client = Encode(OneSpelling(key.Client), key);
        return key.Connection is { } connection
            ? $"{Connection}/{client}/{Encode(connection, key)}"
            : $"{Service}/{client}/{(key.TenantId is { } tenant ? Encode(tenant, key) : "")}/{Encode(string.Join(" ", key.Scopes), key)}";
    }

    /// <summary>The key; null when the text is none.</summary>
    public static TokenKey? Read(string text)
    {
        string[] parts = text.Split('/');
        try
        {
            TokenKey? key = (parts[0], parts.Length) switch
            {
                (Connection, 3) => TokenKey.ForConnection(Decode(parts[1]), Decode(parts[2])),
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

    // Equal without case is equal in upper case; most names are written in lower case, and look better so.
    private static string OneSpelling(string client)
    {
        string upper = string.Join(LongS, client.Split(LongS[0]).Select(part => part.ToUpperInvariant()));
#pragma warning disable CA1308 // Only where upper case says the same.
        string lower = upper.ToLowerInvariant();
#pragma warning restore CA1308
        return string.Equals(lower, upper, StringComparison.OrdinalIgnoreCase) ? lower : upper;
    }

    private static string Encode(string part, TokenKey key) => IsText(part)
        ? Uri.EscapeDataString(part)
        : throw new InvalidOperationException($"The key of {key} is no valid Unicode text, and cannot be stored. Use another name.");

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
