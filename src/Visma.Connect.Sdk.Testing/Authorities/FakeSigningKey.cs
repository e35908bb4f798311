using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// A key for RS256. All FakeVismas of the process share a few key pairs, under different ids, because the creation of a pair takes a tenth
/// of a second.
/// </summary>
internal sealed class FakeSigningKey(int number, string? id = null)
{
    private static readonly Lazy<RSA>[] Pairs = [.. Enumerable.Range(0, 4).Select(_ => new Lazy<RSA>(MakePair))];

    public string Id { get; } = id ?? Guid.NewGuid().ToString("N");

    private RSA Pair => Pairs[number % Pairs.Length].Value;

    /// <summary>The next key of the same server. It is not the first key of the other server.</summary>
    public FakeSigningKey Next(bool keepsId) => new(number + 2, keepsId ? Id : null);

    /// <summary>A key that does not sign any token.</summary>
    public FakeSigningKey Unused() => new(number + 1);

    public byte[] Sign(byte[] content, HashAlgorithmName hash) => Pair.SignData(content, hash, RSASignaturePadding.Pkcs1);

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

    // RSA creates the pair when it is first used, so use it here.
    private static RSA MakePair()
    {
        RSA pair = RSA.Create(2048);
        pair.ExportParameters(includePrivateParameters: false);
        return pair;
    }
}
