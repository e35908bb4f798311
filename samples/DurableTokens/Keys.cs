using System.Security.Cryptography;

namespace DurableTokens;

internal static class Keys
{
    /// <summary>Returns a key like the output of <c>openssl rand -base64 32</c>. An application keeps its key in a vault and reads it through the settings.</summary>
    public static string Random() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
