using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;

namespace Visma.Connect.Sdk.Testing;

/// <summary>Visma Connect's discovery document as served on 2026-09-13, with its host replaced, and the key set it points to.</summary>
internal static class FakeDiscovery
{
    private static readonly string Document = ReadDocument();

    public static Task AnswerAsync(HttpContext context, Uri address)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(Document.Replace("https://connect.visma.com", address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
    }

    public static Task AnswerKeysAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        JsonWebKey key = FakeSigningKey.PublicKey;
        return context.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            keys = new[] { new { kty = key.Kty, use = key.Use, kid = key.Kid, alg = key.Alg, n = key.N, e = key.E } },
        }));
    }

    private static string ReadDocument()
    {
        using Stream stream = typeof(FakeDiscovery).Assembly.GetManifestResourceStream("visma-connect-openid-configuration.json")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
