using System.Security.Cryptography;

namespace Visma.Connect.Sdk;

/// <summary>SHA-256 and its HMAC.</summary>
internal static class Sha256
{
    public const int Length = SHA256.HashSizeInBytes;

    public static byte[] Hmac(byte[] key, ReadOnlySpan<byte> message) => HMACSHA256.HashData(key, message);

    public static byte[] Hash(byte[] message) => SHA256.HashData(message);

    public static string Hex(ReadOnlySpan<byte> message) => Convert.ToHexString(SHA256.HashData(message));

    public static string HexLower(ReadOnlySpan<byte> message) => Convert.ToHexStringLower(SHA256.HashData(message));
}
