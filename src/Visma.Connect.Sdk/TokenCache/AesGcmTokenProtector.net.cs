using System.Security.Cryptography;
using System.Text;

namespace Visma.Connect.Sdk.TokenCache;

/// <summary>
/// Encrypts with AES-256-GCM (NIST SP 800-38D) and named keys, for example the keys of <see cref="VismaConnectOptions.TokenProtection"/>.
/// .NET 10 and later.
/// </summary>
/// <remarks>
/// Thread-safe. Each message has its own key and nonce, derived from the named key and 32 random bytes (HKDF, RFC 5869), so the number of messages
/// that a key can encrypt is not limited.
/// </remarks>
public sealed class AesGcmTokenProtector : ITokenProtector
{
    private const int SaltLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly Func<TokenProtectionOptions> _options;

    /// <summary>Creates a protector.</summary>
    /// <param name="options">The keys. They are read at each call, and must not be changed during a call.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A key is missing or wrong; the message names the setting.</exception>
    public AesGcmTokenProtector(TokenProtectionOptions options)
        : this(() => options)
    {
        ArgumentNullException.ThrowIfNull(options);
        TokenProtectionFaults.ThrowIfUnusable(options);
    }

    internal AesGcmTokenProtector(Func<TokenProtectionOptions> options) => _options = options;

    // A message consists of the length of the key's name, the name, the salt, the ciphertext and the tag.

    /// <inheritdoc/>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">
    /// The keys were changed, and the current key is missing or wrong.
    /// </exception>
    public byte[] Protect(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        TokenProtectionOptions options = _options();
        TokenProtectionFaults.ThrowIfUnusable(options);
        string current = options.NameOfCurrentKey!;
        byte[] name = Encoding.ASCII.GetBytes(current);
        byte[] message = new byte[1 + name.Length + SaltLength + plaintext.Length + TagLength];
        message[0] = (byte)name.Length;
        name.CopyTo(message, 1);
        Span<byte> rest = message.AsSpan(1 + name.Length);
        RandomNumberGenerator.Fill(rest[..SaltLength]);
        Span<byte> derived = stackalloc byte[TokenProtectionOptions.KeyLength + NonceLength];
        Derive(options.FindKey(current)!, rest[..SaltLength], derived);
        using AesGcm aes = new(derived[..TokenProtectionOptions.KeyLength], TagLength);
        aes.Encrypt(derived[TokenProtectionOptions.KeyLength..], plaintext, rest[SaltLength..^TagLength], rest[^TagLength..], associatedData);
        CryptographicOperations.ZeroMemory(derived);
        return message;
    }

    /// <inheritdoc/>
    public byte[] Unprotect(ReadOnlySpan<byte> protectedData, ReadOnlySpan<byte> associatedData)
    {
        int nameLength = protectedData.IsEmpty ? 0 : protectedData[0];
        if (protectedData.Length < 1 + nameLength + SaltLength + TagLength)
        {
            throw new CryptographicException("it is too short to have been encrypted with a named key.");
        }

        string name = Encoding.ASCII.GetString(protectedData.Slice(1, nameLength));
        ReadOnlySpan<byte> rest = protectedData[(1 + nameLength)..];
        byte[] key = _options().FindKey(name)
            ?? throw new CryptographicException($"it was encrypted with key '{VisibleText.Of(name)}', which is not in "
                + $"{nameof(VismaConnectOptions.TokenProtection)}:{nameof(TokenProtectionOptions.Keys)}.");
        Span<byte> derived = stackalloc byte[TokenProtectionOptions.KeyLength + NonceLength];
        Derive(key, rest[..SaltLength], derived);
        byte[] plaintext = new byte[rest.Length - SaltLength - TagLength];
        using AesGcm aes = new(derived[..TokenProtectionOptions.KeyLength], TagLength);
        try
        {
            aes.Decrypt(derived[TokenProtectionOptions.KeyLength..], rest[SaltLength..^TagLength], rest[^TagLength..], plaintext, associatedData);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException mismatch)
        {
            throw new CryptographicException(
                $"it was changed, or moved from another entry, or the key '{VisibleText.Of(name)}' is not the one that encrypted it.",
                mismatch);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    private static void Derive(byte[] key, ReadOnlySpan<byte> salt, Span<byte> derived) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, salt, "Visma.Connect.Sdk token entry"u8);
}
