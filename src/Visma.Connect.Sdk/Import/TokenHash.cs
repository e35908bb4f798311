using System.Text;

namespace Visma.Connect.Sdk;

/// <summary>The hash of a token, by which an import finds out that it has presented the token before.</summary>
internal static class TokenHash
{
    public static string Of(string token) => RandomText.Base64Url(Sha256.Hash(Encoding.UTF8.GetBytes(token)));
}
