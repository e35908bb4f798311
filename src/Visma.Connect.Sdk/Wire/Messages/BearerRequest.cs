using Duende.IdentityModel.Client;

namespace Visma.Connect.Sdk;

/// <summary>A request to an identity server with an access token in its header: userinfo, and VNI's list of companies and its revocation.</summary>
internal sealed class BearerRequest(ConfiguredClient client, HttpMethod method, Uri address, string token, string what) : ServerRequest(client)
{
    public override string Purpose => "bearer";

    public override HttpRequestMessage ToMessage(string? secret)
    {
        ProtocolRequest message = new() { Method = method, RequestUri = address };
        message.SetBearerToken(token);
        return message;
    }

    public override IEnumerable<string> SecretForms() => [token];

    public override string ToString() => $"{what} at {address.Host} for client '{Client.Name}'";
}
