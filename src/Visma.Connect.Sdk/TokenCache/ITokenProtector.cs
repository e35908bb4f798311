namespace Visma.Connect.Sdk;

/// <summary>
/// Encrypts what a durable cache stores. Two come with the library: AES-GCM with keys from the settings (<c>AesGcmTokenProtector</c>, .NET 10 and later),
/// and ASP.NET Core's Data Protection (package Visma.Connect.Sdk.AspNetCore). Register one of your own as a singleton
/// <see cref="ITokenProtector"/>, with a key from a vault, say: fetched or unwrapped once, at start, as it is called at every read.
/// </summary>
/// <remarks>Implementations are thread-safe, and hold the bounds between entries: what was protected for one is of no use to another.</remarks>
public interface ITokenProtector
{
    /// <summary>Encrypts and authenticates.</summary>
    /// <param name="plaintext">What is secret.</param>
    /// <param name="associatedData">What it belongs to: not secret and not stored here, but authenticated, so that it must be the same again at <see cref="Unprotect"/>.</param>
    /// <returns>What may be stored.</returns>
    byte[] Protect(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData);

    /// <summary>Verifies and decrypts.</summary>
    /// <param name="protectedData">What <see cref="Protect"/> returned, under this key or an earlier one.</param>
    /// <param name="associatedData">The same as then.</param>
    /// <returns>The plaintext.</returns>
    /// <exception cref="System.Security.Cryptography.CryptographicException">
    /// The key is not at hand, or the data is not what was protected for this entry: the entry is unreadable for this process. The message says
    /// which, as a clause that follows a colon, and shows no secret. Keys that are only out of reach for now are any other exception: the cache
    /// counts as down then, which passes.
    /// </exception>
    byte[] Unprotect(ReadOnlySpan<byte> protectedData, ReadOnlySpan<byte> associatedData);
}
