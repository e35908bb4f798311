using System.Buffers.Text;
using System.Text.Json;

namespace Visma.Connect.Sdk.Tests.Testing;

/// <summary>Reads the parts of a token without validating it.</summary>
internal static class Jwt
{
    public static JsonElement Header(string token) => Part(token, 0);

    public static JsonElement Payload(string token) => Part(token, 1);

    private static JsonElement Part(string token, int part) => JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(token.Split('.')[part]));
}
