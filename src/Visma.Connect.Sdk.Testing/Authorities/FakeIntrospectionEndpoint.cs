using System.Net;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// The endpoint <c>/connect/introspect</c> (RFC 7662), for refresh tokens. A token that is unknown, spent, revoked or of another client is inactive.
/// </summary>
internal sealed class FakeIntrospectionEndpoint(FakeState state, FakeGrants grants)
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

        bool isActive = grants.FindRefreshToken(value) is { } token && token.Grant.Client == client && token.Grant.HasActive(token);
        return FakeReply.Json(HttpStatusCode.OK, new JsonObject { ["active"] = isActive });
    }
}
