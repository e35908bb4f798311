using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Visma.Connect.Sdk.AspNetCore;

/// <summary>Encrypts with ASP.NET Core's Data Protection. The associated data is part of the purpose, which Data Protection authenticates.</summary>
internal sealed class DataProtectionTokenProtector(IDataProtectionProvider provider) : ITokenProtector
{
    private const string Purpose = "Visma.Connect.Sdk token entry";

    public byte[] Protect(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData) => For(associatedData).Protect(plaintext.ToArray());

    public byte[] Unprotect(ReadOnlySpan<byte> protectedData, ReadOnlySpan<byte> associatedData)
    {
        try
        {
            return For(associatedData).Unprotect(protectedData.ToArray());
        }
        catch (CryptographicException failure) when (failure.InnerException is { } cause and not CryptographicException)
        {
            // Data Protection wraps every exception. Here the storage of its keys failed, so the entry itself may be readable.
            throw new InvalidOperationException("Data Protection could not read its keys.", cause);
        }
    }

    private IDataProtector For(ReadOnlySpan<byte> associatedData) => provider.CreateProtector(Purpose, Convert.ToBase64String(associatedData));
}
