using Duende.IdentityModel.Client;

namespace Visma.Connect.Sdk;

/// <summary>A request to an identity server with an access token in its header: userinfo, and VNI's list of companies and its revocation.</summary>
internal sealed class BearerRequest(ConfiguredClient client, HttpMethod method, Uri address, string token, string what) : ServerRequest(client)
{
    public override string Purpose => "bearer";

    // A revocation that is sent twice is refused the second time, because its token no longer authorises it.
    public override bool MayBeRepeated => method == HttpMethod.Get;

    /// <exception cref="ArgumentException">The token cannot be sent in a header.</exception>
    public static void RequireToken(string accessToken)
    {
        if (!AccessToken.IsHeaderSafe(accessToken))
        {
            throw new ArgumentException("An access token is not empty and holds visible ASCII characters only.", nameof(accessToken));
        }
    }

    public override HttpRequestMessage ToMessage(string? secret)
    {
        ProtocolRequest message = new() { Method = method, RequestUri = address };
        message.SetBearerToken(token);
        return message;
    }

    public override IEnumerable<string> SecretForms() => [token];

    public override string ToString() => $"{what} at {address.Host} for client '{Client.Name}'";
}
