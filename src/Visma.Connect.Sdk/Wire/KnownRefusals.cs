namespace Visma.Connect.Sdk;

/// <summary>What Visma's refusals of a token request mean, and what to do about each.</summary>
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
        // The code for a missing approval of the tenant is documented nowhere: any of these may be it once a tenant was named.
        "invalid_tenant" or "unauthorized_client" or "invalid_request" when request.TenantId is not null => $"Probably {TenantNotAuthorised}",
        "invalid_scope" =>
            $"Asked for '{string.Join(" ", request.Scopes)}'. Check that each of these is granted to the application in the Visma Developer "
            + $"Portal, or name fewer in the Scopes of client '{request.Client.Name}'."
            + (request.TenantId is null ? "" : $" Or {TenantNotAuthorised}"),
        "unauthorized_client" or "unsupported_grant_type" =>
            "Check the type of the application in the Visma Developer Portal: service tokens need a service (or web) application.",
        "invalid_tenant" or "invalid_request" =>
            $"If client '{request.Client.Name}' acts for companies, name the tenant; without one it needs a default tenant in the Visma Developer Portal.",
        _ => null,
    };
}
