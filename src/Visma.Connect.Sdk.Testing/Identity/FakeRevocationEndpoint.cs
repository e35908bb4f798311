using System.Net;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// <c>/connect/revocation</c> (RFC 7009): a refresh token takes its whole grant with it. An access token is answered 200 and stays good, as
/// https://docs.connect.visma.com/docs/token-revocation says, and so is an unknown one.
/// </summary>
internal sealed class FakeRevocationEndpoint(FakeState state, FakeGrants grants)
{
    private readonly FakeClientAuthentication _authentication = new(state);

    public FakeReply Answer(FakeRequest request)
    {
        if (request.Method != "POST")
        {
            return FakeReply.Status(HttpStatusCode.MethodNotAllowed);
        }

        if (!_authentication.TryAuthenticate(request, out FakeClient client, out _))
        {
            return FakeReply.Refusal("invalid_client", status: HttpStatusCode.Unauthorized);
        }

        if (!request.Form.TryGetValue("token", out string? value))
        {
            return FakeReply.Refusal("invalid_request", "token is missing");
        }

        if (grants.FindRefreshToken(value) is { } token && token.Grant.Client == client)
        {
            token.Grant.Revoke();
        }

        return FakeReply.Status(HttpStatusCode.OK);
    }
}
