using System.Net;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>The token endpoint and the revocation endpoint of the legacy VNI.</summary>
internal sealed class FakeVniTokens(FakeState state, FakeGrants grants)
{
    private readonly FakeClientAuthentication _authentication = new(state);

    public FakeReply Answer(FakeRequest request)
    {
        if (request.Method != "POST")
        {
            return FakeReply.Status(HttpStatusCode.MethodNotAllowed);
        }

        if (!_authentication.TryAuthenticate(request, out FakeClient client, out FakeReply refusal))
        {
            return refusal;
        }

        if (request.Form.GetValueOrDefault("grant_type") != GrantTypes.AuthorizationCode)
        {
            return FakeReply.Refusal("unsupported_grant_type");
        }

        return grants.Redeem(client, request) is { } code ? Token(code.Grant) : FakeReply.Refusal("invalid_grant");
    }

    /// <summary>Revokes the token in the Authorization header of a DELETE request.</summary>
    public FakeReply Revoke(FakeRequest request)
    {
        if (request.Method != "DELETE")
        {
            return FakeReply.Status(HttpStatusCode.MethodNotAllowed);
        }

        if (state.FindToken(request, VismaAuthority.Vni) is not { Grant: { } grant })
        {
            return FakeReply.Status(HttpStatusCode.Unauthorized);
        }

        grant.Revoke();
        return FakeReply.Status(HttpStatusCode.OK);
    }

    private FakeReply Token(FakeGrant grant)
    {
        grants.Revoke(other => other != grant && other.Client == grant.Client && other.User == grant.User);
        FakeAccessToken token = new()
        {
            Value = Guid.NewGuid().ToString(),
            Authority = VismaAuthority.Vni.Name,
            Client = grant.Client,
            Grant = grant,
            Scopes = grant.Scopes,
            IssuedAt = state.Time.GetUtcNow(),
            ExpiresAt = DateTimeOffset.MaxValue,
        };
        state.Add(token);
        return FakeReply.Json(HttpStatusCode.OK, new JsonObject
        {
            ["token"] = token.Value,
            ["token_type"] = "Bearer",
            ["scope"] = string.Join(' ', token.Scopes),
        });
    }
}
