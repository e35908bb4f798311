namespace Visma.Connect.Sdk;

/// <summary>A request to an identity server that an access token authorises: userinfo, and what VNI has beside its tokens.</summary>
internal sealed class BearerRequest(ConfiguredClient client, HttpMethod method, Uri address, string token, string what) : ServerRequest(client)
{
    public override HttpRequestMessage ToMessage(string? secret)
    {
        HttpRequestMessage message = new(method, address);
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        message.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return message;
    }

    public override IEnumerable<string> SecretForms() => [token];

    public override string ToString() => $"{what} at {address.Host} for client '{Client.Name}'";
}
