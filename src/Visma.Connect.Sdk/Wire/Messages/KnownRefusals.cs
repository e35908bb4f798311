namespace Visma.Connect.Sdk;

/// <summary>The known causes of Visma's refusals, and what to do about each.</summary>
internal static class KnownRefusals
{
    private const string TenantNotAuthorised =
        "the company has not approved the application, or this is not its tenant id: an administrator of the company approves it in Visma "
        + "App Store (https://apps.visma.com), and the id must be the company's, not the customer's. A change in the Visma Developer "
        + "Portal takes a minute or two to arrive, one of a role up to 15.";

    public static string? RemedyFor(string error, TokenRequest request) => error switch
    {
        "invalid_client" =>
            $"Check ClientId, ClientSecret and Authority of client '{request.Client.Name}' against the Visma Developer Portal "
            + "(https://oauth.developers.visma.com); a new secret takes a minute or two to arrive.",
        "invalid_grant" when request.GrantType == GrantTypes.AuthorizationCode =>
            "The code was used before, is older than five minutes, or belongs to another RedirectUri or application. Begin again.",
        "invalid_grant" when request.GrantType == GrantTypes.RefreshToken => "The refresh token was used before, revoked, or has expired: the user has "
            + "to connect again.",
        "invalid_scope" => Scopes(request) + (request.TenantId is null ? "" : $" Or {TenantNotAuthorised}"),
        _ when request.GrantType != GrantTypes.ClientCredentials => RemedyForUser(error),
        // Visma does not document the error for a company that has not approved the application: each of these is possible if a tenant was named.
        "invalid_tenant" or "unauthorized_client" or "invalid_request" when request.TenantId is not null => $"Probably {TenantNotAuthorised}",
        "unauthorized_client" or "unsupported_grant_type" =>
            "Check the type of the application in the Visma Developer Portal: service tokens need a service (or web) application.",
        "invalid_tenant" or "invalid_request" =>
            $"If client '{request.Client.Name}' acts for companies, name the tenant; without one it needs a default tenant in the Visma Developer Portal.",
        _ => null,
    };

    /// <summary>The same for an error at the redirect URI.</summary>
    public static string? RemedyForUser(string error) => error switch
    {
        // https://forums.invantive.com, topic 4694; read November 2026.
        "invalid_tenant" =>
            "The user lacks the role API User in that company, or the company's subscription does not include the API. A role takes 10 to 15 minutes to "
                + "arrive.",
        "invalid_scope" => "Check that each requested scope is granted to the application in the Visma Developer Portal.",
        "unauthorized_client" or "unsupported_response_type" or "unsupported_grant_type" =>
            "Check the type of the application in the Visma Developer Portal: users connect to a web or native application.",
        _ => null,
    };

    private static string Scopes(TokenRequest request) =>
        $"The requested scopes are '{string.Join(" ", request.Scopes)}'. Check that each of these is granted to the application in the Visma Developer "
        + $"Portal, or name fewer in the Scopes of client '{request.Client.Name}'.";
}
