namespace Visma.Connect.Sdk;

/// <summary>Why an identity server refuses a request (RFC 6749 sections 4.1.2.1 and 5.2), and what to do.</summary>
internal static class IdentityServerCauses
{
    public static readonly KnownCause ClientRefused = new(
        "`invalid_client` at the token endpoint",
        new VismaRemedy(
            "client-refused",
            "Check ClientId, ClientSecret and Authority of the client against the Visma Developer Portal (https://oauth.developers.visma.com), and "
            + "TokenEndpointAuthentication if the secret contains special characters; a new secret takes a minute or two to arrive.",
            "The server does not accept this client id, this secret, or the way in which they are sent.",
            VismaPages.Connect("create-your-application")),
        new VismaRemedy(
            "client-refused",
            "Check ClientId, ClientSecret, Authority and TokenEndpointAuthentication of the client against its registration at the identity server.",
            "The server does not accept this client id, this secret, or the way in which they are sent."));

    public static readonly KnownCause CodeRefused = new(
        "`invalid_grant` at the exchange of a code",
        new VismaRemedy(
            "code-refused",
            "Begin again.",
            "The code was used before, is older than five minutes, or belongs to another RedirectUri or application."));

    public static readonly KnownCause RefreshTokenRefused = new(
        "`invalid_grant` at a renewal",
        new VismaRemedy(
            "refresh-token-refused",
            "The user has to connect again. If many connections of one user end together, set a grace period of 60 seconds in the Visma Developer Portal "
            + "and in the settings.",
            "The refresh token was used before (Visma Connect then revokes every connection of that user at the application), was revoked, was not used for "
            + "too long, or has reached its longest lifetime. At eAccounting, a change of the password ends it too. At Visma Connect, the portal can limit the "
            + "number of refresh tokens of a user, so that a further company ends the first one.",
            VismaPages.Connect("refresh-token")),
        new VismaRemedy(
            "refresh-token-refused",
            "The user has to connect again.",
            "The refresh token was used before, was revoked, or has expired."));

    public static readonly KnownCause ScopeNotGranted = new(
        "`invalid_scope`",
        new VismaRemedy(
            "scope-not-granted",
            "Check that each requested scope is granted to the application in the Visma Developer Portal, or name fewer in the Scopes of the client. A change "
            + "in the portal takes a minute or two to arrive.",
            page: VismaPages.Connect("create-your-application")),
        new VismaRemedy(
            "scope-not-granted",
            "Check that each requested scope is granted to the client at the identity server, or name fewer in its Scopes."));

    public static readonly KnownCause ScopeNotGrantedForTenant = new(
        "`invalid_scope` at a request that names a tenant",
        new VismaRemedy(
            "scope-not-granted-for-tenant",
            "Check that each requested scope is granted to the application in the Visma Developer Portal, or name fewer in the Scopes of the client. Then "
            + "check that an administrator of the company has approved the application with these scopes in Visma App Store (https://apps.visma.com).",
            "A scope is not granted to the application, or the company has not approved the application.",
            VismaPages.Connect("authorize-app")),
        ScopeNotGranted.Elsewhere);

    public static readonly KnownCause TenantNotApproved = new(
        "`invalid_tenant`, `unauthorized_client` or `invalid_request` at a request that names a tenant",
        new VismaRemedy(
            "tenant-not-approved",
            "An administrator of the company approves the application in Visma App Store (https://apps.visma.com), and the id must be the company's. A change "
            + "in the Visma Developer Portal takes a minute or two to arrive, one of a role up to 15.",
            "Probably the company has not approved the application, or this is not its tenant id but the customer's.",
            VismaPages.Connect("authorize-app")),
        new VismaRemedy(
            "tenant-not-approved",
            "Check the tenant id, or set TenantUse of the client to None if the identity server has no tenants.",
            "Probably the identity server does not accept this client for this tenant_id."));

    public static readonly KnownCause NoTenant = new(
        "`invalid_tenant` or `invalid_request` at a request that names no tenant",
        new VismaRemedy(
            "no-tenant",
            "If the client acts for companies, name the tenant; without one it needs a default tenant in the Visma Developer Portal.",
            page: VismaPages.Connect("default-tenant")),
        new VismaRemedy(
            "no-tenant",
            "Check the parameters that the identity server requires: TenantUse of the client decides whether tenant_id is sent."));

    public static readonly KnownCause ServiceApplication = new(
        "`unauthorized_client` or `unsupported_grant_type` at a service token",
        new VismaRemedy(
            "service-application",
            "Check the type of the application in the Visma Developer Portal: service tokens need a service (or web) application.",
            page: VismaPages.Connect("service-applications")),
        new VismaRemedy(
            "service-application",
            "Check that the client may use the grant client_credentials at the identity server."));

    public static readonly KnownCause UserApplication = new(
        "`unauthorized_client`, `unsupported_response_type` or `unsupported_grant_type` when a user connects",
        new VismaRemedy(
            "user-application",
            "Check the type of the application in the Visma Developer Portal: users connect to a web or native application. Switch Hybrid Flow off there: "
            + "while it is on, the server accepts only the response type 'code id_token'.",
            page: VismaPages.PortalDocumentation),
        new VismaRemedy(
            "user-application",
            "Check that the client may use the grant authorization_code and the response type 'code' at the identity server."));

    // https://forums.invantive.com, topic 4694.
    public static readonly KnownCause RoleApiUser = new(
        "`invalid_tenant` when a user connects",
        new VismaRemedy(
            "role-api-user",
            "An administrator gives the user the role API User in that company, and checks that its subscription includes the API. A role takes 10 to 15 "
            + "minutes to arrive.",
            "The user lacks the role API User in that company, or the company's subscription does not include the API.",
            VismaPages.NetErp("authentication")),
        new VismaRemedy("role-api-user", "Check what the user may access at the identity server."));

    public static readonly KnownCause UserDeclined = new(
        "`access_denied` when a user connects",
        new VismaRemedy("user-declined", "Let the user begin again."));

    public static readonly KnownCause NoAnswerFromBrowser = new(
        "the browser does not return from the sign-in",
        new VismaRemedy(
            "no-answer-from-browser",
            "Offer the user to begin again, or allow more time (BrowserSignInOptions.Timeout). If Visma's page shows an error, paste its code into the "
            + "Debugger of the Visma Developer Portal (My Applications, More).",
            page: VismaPages.Dinero("documentation/faq")),
        new VismaRemedy("no-answer-from-browser", "Offer the user to begin again, or allow more time (BrowserSignInOptions.Timeout)."));

    public static readonly KnownCause NoIdToken = new(
        "no id token, although the scope `openid` was requested",
        new VismaRemedy(
            "no-id-token",
            "Switch OpenID Connect on in the Visma Developer Portal, or do not request this scope.",
            page: VismaPages.PortalDocumentation),
        new VismaRemedy("no-id-token", "Allow the scope openid to the client at the identity server, or do not request it."));

    public static readonly KnownCause CompanyUnknown = new(
        "the token does not contain the company",
        new VismaRemedy(
            "company-unknown",
            "Ask for the scope 'tenants', and switch it on in the Visma Developer Portal. Then have the user begin again.",
            page: VismaPages.Connect("access-token")),
        new VismaRemedy("company-unknown", "Do not set Company: this identity server does not say which company a token is for."));

    public static readonly KnownCause OtherCompany = new(
        "the user chose another company than expected",
        new VismaRemedy("other-company", "Have the user begin again and choose that company."));

    public static readonly KnownCause WrongClock = new(
        "an id token is from the future or has expired, or an API calls a new token expired",
        new VismaRemedy(
            "wrong-clock",
            "Set the clock of this machine by a time server.",
            "The clock of this machine probably differs from the clock of the server."));

    public static IReadOnlyList<KnownCause> All { get; } =
    [
        ClientRefused, CodeRefused, RefreshTokenRefused, ScopeNotGranted, ScopeNotGrantedForTenant, TenantNotApproved, NoTenant, ServiceApplication,
        UserApplication, RoleApiUser, UserDeclined, NoAnswerFromBrowser, NoIdToken, CompanyUnknown, OtherCompany, WrongClock,
    ];
}
