using System.Net;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// The discovery document that Visma's server returned on 2026-09-13, with another host, and the key set that it refers to.
/// </summary>
internal sealed class FakeDiscovery(FakeAuthority authority)
{
    private readonly string _document = ReadDocument(authority.IsVismaConnect ? "visma-connect" : "eaccounting");

    public FakeReply Answer(FakeRequest request)
    {
        JsonObject document = JsonNode.Parse(_document.Replace(authority.Real.Issuer!, authority.Issuer, StringComparison.Ordinal))!.AsObject();
        authority.ChangeDiscovery?.Invoke(document);
        return FakeReply.Json(HttpStatusCode.OK, document);
    }

    public FakeReply AnswerKeys(FakeRequest request)
    {
        FakeSigningKey key = authority.Key;
        JsonArray keys = authority.PublishesSecondKey ? new(key.Unused().ToJson(), key.ToJson()) : new(key.ToJson());
        return FakeReply.Json(HttpStatusCode.OK, new JsonObject { ["keys"] = keys });
    }

    private static string ReadDocument(string name)
    {
        using Stream stream = typeof(FakeDiscovery).Assembly.GetManifestResourceStream($"{name}-openid-configuration.json")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
