using Microsoft.AspNetCore.DataProtection;

namespace Visma.Connect.Sdk.AspNetCore;

/// <summary>Encrypts with ASP.NET Core's Data Protection. What an entry belongs to is part of the purpose, which it authenticates.</summary>
internal sealed class DataProtectionTokenProtector(IDataProtectionProvider provider) : ITokenProtector
{
    private const string Purpose = "Visma.Connect.Sdk token entry";

    public byte[] Protect(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData) => For(associatedData).Protect(plaintext.ToArray());

    public byte[] Unprotect(ReadOnlySpan<byte> protectedData, ReadOnlySpan<byte> associatedData) => For(associatedData).Unprotect(protectedData.ToArray());

    private IDataProtector For(ReadOnlySpan<byte> associatedData) => provider.CreateProtector(Purpose, Convert.ToBase64String(associatedData));
}
