using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>Signs tokens without a library, because libraries refuse to write the invalid tokens that tests need.</summary>
internal static class FakeJwt
{
    /// <summary>The header of an id token.</summary>
    public static JsonObject Header(FakeSigningKey key) => new() { ["alg"] = "RS256", ["kid"] = key.Id, ["typ"] = "JWT" };

    /// <summary>The header of an access token, as on a token of Business NXT that was seen.</summary>
    public static JsonObject AccessTokenHeader(FakeSigningKey key) => new() { ["alg"] = "RS256", ["kid"] = key.Id, ["typ"] = "at+JWT" };

    /// <summary>
    /// Signs by the <c>alg</c> of the header: <c>none</c>, <c>HS256</c> with the secret, <c>ES256</c> with an unpublished key, <c>RS384</c>
    /// with the server's key, or else RS256 with that key.
    /// </summary>
    public static string Sign(JsonObject header, JsonObject claims, FakeSigningKey key, string secret = "")
    {
        string content = $"{Encode(header)}.{Encode(claims)}";
        byte[] bytes = Encoding.ASCII.GetBytes(content);
        byte[] signature = header["alg"]?.ToString() switch
        {
            "none" => [],
            "HS256" => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), bytes),
            "ES256" => SignWithUnpublishedKey(bytes),
            "RS384" => key.Sign(bytes, HashAlgorithmName.SHA384),
            _ => key.Sign(bytes, HashAlgorithmName.SHA256),
        };
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>The same token, with a signature whose first bits are wrong.</summary>
    public static string Break(string jwt)
    {
        int signature = jwt.LastIndexOf('.') + 1;
        return signature == jwt.Length ? jwt + "AA" : $"{jwt[..signature]}{(jwt[signature] == 'A' ? 'B' : 'A')}{jwt[(signature + 1)..]}";
    }

    private static byte[] SignWithUnpublishedKey(byte[] content)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.SignData(content, HashAlgorithmName.SHA256);
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
