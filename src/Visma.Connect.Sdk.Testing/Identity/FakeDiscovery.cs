using System.Net;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>A server's discovery document as served on 2026-09-13, with its host replaced, and the key set it points to.</summary>
internal sealed class FakeDiscovery(FakeIdentityServer server, VismaAuthority real)
{
    private readonly string _document = ReadDocument(real == VismaAuthority.VismaConnect ? "visma-connect" : "eaccounting");

    public FakeReply Answer(FakeRequest request)
    {
        JsonObject document = JsonNode.Parse(_document.Replace(real.Issuer!, server.Issuer, StringComparison.Ordinal))!.AsObject();
        server.ChangeDiscovery?.Invoke(document);
        return FakeReply.Json(HttpStatusCode.OK, document);
    }

    public FakeReply AnswerKeys(FakeRequest request)
    {
        FakeSigningKey key = server.Key;
        JsonArray keys = server.PublishesSecondKey ? [key.Unused().ToJson(), key.ToJson()] : [key.ToJson()];
        return FakeReply.Json(HttpStatusCode.OK, new JsonObject { ["keys"] = keys });
    }

    private static string ReadDocument(string name)
    {
        using Stream stream = typeof(FakeDiscovery).Assembly.GetManifestResourceStream($"{name}-openid-configuration.json")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
