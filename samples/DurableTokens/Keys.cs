using System.Security.Cryptography;

namespace DurableTokens;

internal static class Keys
{
    /// <summary>A key as <c>openssl rand -base64 32</c> makes it. An application reads it from its settings, and they from a vault.</summary>
    public static string Random() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
