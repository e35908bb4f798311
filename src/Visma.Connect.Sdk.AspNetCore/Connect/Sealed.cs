using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace Visma.Connect.Sdk;

/// <summary>Turns a value into a text that only this application can write and read, and back. Each kind of value has a purpose of its own.</summary>
internal sealed class Sealed<T>(IDataProtectionProvider provider, string purpose, JsonTypeInfo<T> type)
    where T : class
{
    private readonly IDataProtector _protector = provider.CreateProtector("Visma.Connect.Sdk", purpose);

    public string Seal(T value) => WebEncoders.Base64UrlEncode(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(value, type)));

    /// <summary>Returns the value, or null if the text was not written by this application for this purpose.</summary>
    /// <exception cref="InvalidOperationException">The keys of Data Protection cannot be read, so the text may be genuine.</exception>
    public T? Open(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(_protector.Unprotect(WebEncoders.Base64UrlDecode(text)), type);
        }
        catch (CryptographicException failure) when (failure.InnerException is { } cause and not CryptographicException and not FormatException)
        {
            throw new InvalidOperationException("Data Protection could not read its keys.", cause);
        }
        // An older or newer version of the library may have written other members.
        catch (Exception foreign) when (foreign is CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }
}
