using System.Security.Cryptography;

namespace Visma.Connect.Sdk;

/// <summary>SHA-256 and its HMAC.</summary>
internal static class Sha256
{
    public const int Length = 32;

    public static byte[] Hmac(byte[] key, ReadOnlySpan<byte> message)
    {
        using HMACSHA256 hmac = new(key);
        return hmac.ComputeHash(message.ToArray());
    }

    public static byte[] Hash(byte[] message)
    {
        using SHA256 hash = SHA256.Create();
        return hash.ComputeHash(message);
    }

    public static string Hex(ReadOnlySpan<byte> message) => BitConverter.ToString(Hash(message.ToArray())).Replace("-", "");

    public static string HexLower(ReadOnlySpan<byte> message) => Hex(message).ToLowerInvariant();
}
