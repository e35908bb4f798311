using System.Security.Cryptography;

namespace Visma.Connect.Sdk;

/// <summary>Random text that cannot be guessed, in base64url (RFC 4648 section 5), which needs no encoding in addresses and headers.</summary>
internal static class RandomText
{
    /// <summary>43 characters of 256 random bits, for state, nonce and PKCE verifier (RFC 7636 section 4.1).</summary>
    public static string OfSecret() => Create(32);

    /// <summary>22 characters of 128 random bits, for a unique id.</summary>
    public static string OfIdentifier() => Create(16);

    public static string Base64Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Create(int bytes)
    {
        byte[] random = new byte[bytes];
        using RandomNumberGenerator generator = RandomNumberGenerator.Create();
        generator.GetBytes(random);
        return Base64Url(random);
    }
}
