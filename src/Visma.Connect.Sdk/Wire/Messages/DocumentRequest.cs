using Duende.IdentityModel.Client;

namespace Visma.Connect.Sdk;

/// <summary>A request for a public document of an identity server: its metadata or its keys.</summary>
internal sealed class DocumentRequest(ConfiguredClient client, Uri address) : ServerRequest(client)
{
    public override string Purpose => "document";

    public override bool MayBeRepeated => true;

    public override HttpRequestMessage ToMessage(string? secret) => new ProtocolRequest { Method = HttpMethod.Get, RequestUri = address };

    public override IEnumerable<string> SecretForms() => [];

    public override string ToString() => $"the request for {address}";
}
