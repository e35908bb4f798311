using System.Net;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>The endpoint <c>/connect/userinfo</c> (OpenID Connect Core section 5.3).</summary>
internal sealed class FakeUserInfoEndpoint(FakeState state, FakeAuthority authority)
{
    public FakeReply Answer(FakeRequest request)
    {
        if (request.Method is not ("GET" or "POST"))
        {
            return FakeReply.Status(HttpStatusCode.MethodNotAllowed);
        }

        if (state.FindToken(request, authority.Real) is not { Grant: { } grant } token)
        {
            return FakeReply.Challenge(HttpStatusCode.Unauthorized, "invalid_token");
        }

        if (!token.Has("openid"))
        {
            return FakeReply.Challenge(HttpStatusCode.Forbidden, "insufficient_scope", "openid");
        }

        JsonObject claims = FakeClaims.OfUser(grant, token);
        if (token.Has("tenants"))
        {
            // A public client reads the list from a string within the JSON.
            claims["tenants"] = Tenants(grant.User).ToJsonString();
        }

        authority.ChangeUserInfo?.Invoke(claims);
        return FakeReply.Json(HttpStatusCode.OK, claims);
    }

    // Visma's names for these members are not known.
    private static JsonArray Tenants(FakeUser user) =>
        new([.. user.Companies.Select(company => new JsonObject { ["tenant_id"] = company.TenantId, ["name"] = company.Name })]);
}
