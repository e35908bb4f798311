using System.Net;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// The endpoint <c>/connect/revocation</c> (RFC 7009). Revoking a refresh token revokes its whole grant. For an access token the answer is 200,
/// and the token stays valid, as documented at https://docs.connect.visma.com/docs/token-revocation. For an unknown token the answer is 200 too.
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
            return FakeClientAuthentication.Unauthorized;
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
