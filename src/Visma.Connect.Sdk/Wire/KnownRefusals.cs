namespace Visma.Connect.Sdk;

/// <summary>What Visma's refusals of a token request mean, and what to do about each.</summary>
internal static class KnownRefusals
{
    // The code for a missing approval of the tenant is documented nowhere: any of these may be it once a tenant was named.
    private const string TenantNotAuthorised =
        "Probably the company has not approved the application, or this is not its tenant id: an administrator of the company approves it "
        + "in Visma App Store (https://apps.visma.com), and the id must be the company's, not the customer's. Check the scopes too; a "
        + "change in the Visma Developer Portal takes a minute or two to arrive, one of a role up to 15.";

    public static string? RemedyFor(string error, TokenRequest request) => error switch
    {
        "invalid_client" =>
            $"Check ClientId, ClientSecret and Authority of client '{request.Client.Name}' against the Visma Developer Portal "
            + "(https://oauth.developers.visma.com); a new secret takes a minute or two to arrive.",
        "invalid_tenant" or "invalid_scope" or "unauthorized_client" or "invalid_request" when request.Tenant is not null =>
            TenantNotAuthorised,
        "invalid_scope" =>
            $"Check that each of the Scopes of client '{request.Client.Name}' is granted to the application in the Visma Developer Portal, and approved.",
        "unauthorized_client" or "unsupported_grant_type" =>
            "Check the type of the application in the Visma Developer Portal: service tokens need a service (or web) application.",
        "invalid_tenant" or "invalid_request" =>
            $"If client '{request.Client.Name}' acts for companies, name the tenant; without one it needs a default tenant in the Visma Developer Portal.",
        _ => null,
    };
}
