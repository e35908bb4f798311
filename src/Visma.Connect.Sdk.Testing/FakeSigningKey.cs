using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Visma.Connect.Sdk.Testing;

/// <summary>The RS256 key of every FakeVisma in the process: making one takes a tenth of a second, which each test would pay.</summary>
internal static class FakeSigningKey
{
    private static readonly RsaSecurityKey Key = new(RSA.Create(2048)) { KeyId = Guid.NewGuid().ToString("N") };

    public static SigningCredentials Credentials { get; } = new(Key, SecurityAlgorithms.RsaSha256);

    public static JsonWebKey PublicKey
    {
        get
        {
            JsonWebKey key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(Key.Rsa.ExportParameters(false)) { KeyId = Key.KeyId });
            key.Use = JsonWebKeyUseNames.Sig;
            key.Alg = SecurityAlgorithms.RsaSha256;
            return key;
        }
    }
}
