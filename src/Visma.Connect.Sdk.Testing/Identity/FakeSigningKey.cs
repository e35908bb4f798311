using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// An RS256 key. The key pairs are shared by every FakeVisma in the process, only their ids are new: making a pair takes a tenth of a
/// second, which each test would pay.
/// </summary>
internal sealed class FakeSigningKey(int number)
{
    private static readonly Lazy<RSA>[] Pairs = [.. Enumerable.Range(0, 4).Select(_ => new Lazy<RSA>(MakePair))];

    public string Id { get; } = Guid.NewGuid().ToString("N");

    private RSA Pair => Pairs[number % Pairs.Length].Value;

    /// <summary>Another key of a server, which is not that of another server's start either.</summary>
    public FakeSigningKey Next() => new(number + 2);

    /// <summary>A key that signs nothing.</summary>
    public FakeSigningKey Unused() => new(number + 1);

    public byte[] Sign(byte[] content) => Pair.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    /// <summary>The public half as a JSON Web Key (RFC 7517).</summary>
    public JsonObject ToJson()
    {
        RSAParameters parameters = Pair.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = Id,
            ["alg"] = "RS256",
            ["n"] = Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = Base64Url.EncodeToString(parameters.Exponent),
        };
    }

    // The pair comes into being at its first use.
    private static RSA MakePair()
    {
        RSA pair = RSA.Create(2048);
        pair.ExportParameters(includePrivateParameters: false);
        return pair;
    }
}
