using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>Signs tokens by hand: a library that makes good tokens would refuse to make the bad ones.</summary>
internal static class FakeJwt
{
    public static JsonObject Header(FakeSigningKey key) => new() { ["alg"] = "RS256", ["kid"] = key.Id, ["typ"] = "JWT" };

    /// <summary>Signs by the header's <c>alg</c>, with a good key or with one that somebody made up; any other <c>alg</c> than these as RS256.</summary>
    public static string Sign(JsonObject header, JsonObject claims, FakeSigningKey key, string secret = "")
    {
        string content = $"{Encode(header)}.{Encode(claims)}";
        byte[] bytes = Encoding.ASCII.GetBytes(content);
        byte[] signature = header["alg"]?.ToString() switch
        {
            "none" => [],
            "HS256" => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), bytes),
            "ES256" => SignWithStrangeKey(bytes),
            _ => key.Sign(bytes),
        };
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>The same token, with a signature that is wrong in its first bits.</summary>
    public static string Break(string jwt)
    {
        int signature = jwt.LastIndexOf('.') + 1;
        return signature == jwt.Length ? jwt + "AA" : $"{jwt[..signature]}{(jwt[signature] == 'A' ? 'B' : 'A')}{jwt[(signature + 1)..]}";
    }

    private static byte[] SignWithStrangeKey(byte[] content)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.SignData(content, HashAlgorithmName.SHA256);
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
