namespace Visma.Connect.Sdk.TokenCache;

/// <summary>
/// Encrypts the entries of a durable token cache. The library has two implementations: AES-GCM with keys from the settings (<c>AesGcmTokenProtector</c>,
/// .NET 10 and later), and ASP.NET Core's Data Protection (package Visma.Connect.Sdk.AspNetCore). Register another one, for example with a key from
/// a vault, as a singleton <see cref="ITokenProtector"/>.
/// </summary>
/// <remarks>
/// An implementation is thread-safe. It is called at every read, so it should get its key once, at the start. The result of <see cref="Protect"/> for
/// one entry must not be accepted by <see cref="Unprotect"/> for another.
/// </remarks>
public interface ITokenProtector
{
    /// <summary>Encrypts and authenticates.</summary>
    /// <param name="plaintext">The secret.</param>
    /// <param name="associatedData">
    /// Identifies the entry. It is not secret and not part of the result, but it is authenticated: <see cref="Unprotect"/> must be called with the
    /// same data.
    /// </param>
    /// <returns>The bytes to store.</returns>
    byte[] Protect(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData);

    /// <summary>Verifies and decrypts.</summary>
    /// <param name="protectedData">The bytes that <see cref="Protect"/> returned, with the current key or an earlier one.</param>
    /// <param name="associatedData">The same data as at <see cref="Protect"/>.</param>
    /// <returns>The plaintext.</returns>
    /// <exception cref="System.Security.Cryptography.CryptographicException">
    /// This process does not have the key, or the data was not protected for this entry: the entry is unreadable. The message gives the reason, as a
    /// clause
    /// that follows a colon, and contains no secret. If the keys are only temporarily unavailable, throw any other exception: the cache then counts
    /// as down.
    /// </exception>
    byte[] Unprotect(ReadOnlySpan<byte> protectedData, ReadOnlySpan<byte> associatedData);
}
