using System.Net;

namespace Visma.Connect.Sdk.Testing;

/// <summary>The endpoint <c>/connect/token</c> of Visma Connect and of eAccounting's identity server.</summary>
internal sealed class FakeTokenEndpoint(FakeState state, FakeGrants grants, FakeTokenIssuer issuer, VismaAuthority authority)
{
    private readonly FakeClientAuthentication _authentication = new(state);

    public FakeReply Answer(FakeRequest request)
    {
        if (request.Method != "POST")
        {
            return FakeReply.Status(HttpStatusCode.MethodNotAllowed);
        }

        // Visma's server refuses a JSON body like an empty one.
        if (!request.Form.TryGetValue("grant_type", out string? grantType))
        {
            return FakeReply.Refusal("invalid_request");
        }

        if (!_authentication.TryAuthenticate(request, out FakeClient client, out FakeReply refusal))
        {
            return refusal;
        }

        return grantType switch
        {
            GrantTypes.AuthorizationCode => AuthorizationCode(client, request),
            GrantTypes.RefreshToken => RefreshToken(client, request),
            GrantTypes.ClientCredentials when client.IsPublic || !authority.GrantTypes.Contains(grantType) => FakeReply.Refusal("unauthorized_client"),
            GrantTypes.ClientCredentials => ClientCredentials(client, request),
            _ => FakeReply.Refusal("unsupported_grant_type"),
        };
    }

    private FakeReply AuthorizationCode(FakeClient client, FakeRequest request)
    {
        if (grants.Redeem(client, request) is not { Grant: var grant } code)
        {
            return FakeReply.Refusal("invalid_grant");
        }

        if (grant.Company is { } company && !grant.User.IsApiUserOf(company) && grant.Scopes.Any(IsInteractiveErp))
        {
            return FakeReply.Refusal("invalid_tenant", "The user does not have the role API User in the company.");
        }

        return issuer.Answer(grant, grant.Scopes, grants.Begin(grant), code.Nonce);
    }

    private FakeReply RefreshToken(FakeClient client, FakeRequest request)
    {
        if (!request.Form.TryGetValue("refresh_token", out string? value))
        {
            return FakeReply.Refusal("invalid_request", "refresh_token is missing");
        }

        // Check the scopes before the exchange, because the exchange uses the token up.
        string[]? scopes = request.Form.GetValueOrDefault("scope")?.Split(' ');
        if (scopes is not null && grants.FindRefreshToken(value) is { } asked && scopes.Except(asked.Grant.Scopes).Any())
        {
            return FakeReply.Refusal("invalid_scope");
        }

        return grants.Exchange(client, value) is { Grant: var grant } token
            ? issuer.Answer(grant, scopes ?? grant.Scopes, token, nonce: null)
            : FakeReply.Refusal("invalid_grant");
    }

    private FakeReply ClientCredentials(FakeClient client, FakeRequest request)
    {
        string? tenant = request.Form.GetValueOrDefault("tenant_id");
        if (tenant is not null && state.FindCompany(tenant)?.HasGranted(client) != true)
        {
            return FakeReply.Refusal("invalid_tenant", "The tenant has not granted this application.");
        }

        string[] scopes = request.Form.GetValueOrDefault("scope")?.Split(' ') ?? [.. client.Scopes];
        return scopes.All(client.Scopes.Contains)
            ? issuer.Answer(client, tenant, scopes)
            : FakeReply.Refusal("invalid_scope");
    }

    private static bool IsInteractiveErp(string scope) => scope.StartsWith("vismanet_erp_interactive_api:", StringComparison.Ordinal);
}
