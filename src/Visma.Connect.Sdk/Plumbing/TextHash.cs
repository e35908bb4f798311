using System.Text;

namespace Visma.Connect.Sdk;

/// <summary>The SHA-256 of a secret text in base64url, by which the text is recognised without being stored.</summary>
internal static class TextHash
{
    public static string Of(string text) => RandomText.Base64Url(Sha256.Hash(Encoding.UTF8.GetBytes(text)));
}
