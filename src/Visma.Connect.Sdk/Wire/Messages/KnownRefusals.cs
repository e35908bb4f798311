namespace Visma.Connect.Sdk;

/// <summary>Finds the cause of a refusal of an identity server.</summary>
internal static class KnownRefusals
{
    /// <summary>The remedy for an error of the token endpoint (RFC 6749 section 5.2). Null if the cause is not known.</summary>
    public static VismaRemedy? RemedyFor(string error, TokenRequest request) => CauseOf(error, request)?.At(request.Client.Authority);

    /// <summary>The remedy for an error at the redirect URI (RFC 6749 section 4.1.2.1). Null if the cause is not known.</summary>
    public static VismaRemedy? RemedyForUser(string error, VismaAuthority authority) => CauseForUser(error)?.At(authority);

    private static KnownCause? CauseOf(string error, TokenRequest request) => (error, request.GrantType, request.TenantId) switch
    {
        ("invalid_client", _, _) => IdentityServerCauses.ClientRefused,
        ("invalid_grant", GrantTypes.AuthorizationCode, _) => IdentityServerCauses.CodeRefused,
        ("invalid_grant", GrantTypes.RefreshToken, _) => IdentityServerCauses.RefreshTokenRefused,
        ("invalid_scope", _, null) => IdentityServerCauses.ScopeNotGranted,
        ("invalid_scope", _, _) => IdentityServerCauses.ScopeNotGrantedForTenant,
        (_, not GrantTypes.ClientCredentials, _) => CauseForUser(error),
        // Visma does not document the error for a company that has not approved the application: each of these is possible if a tenant was named.
        ("invalid_tenant" or "unauthorized_client" or "invalid_request", _, not null) => IdentityServerCauses.TenantNotApproved,
        ("unauthorized_client" or "unsupported_grant_type", _, _) => IdentityServerCauses.ServiceApplication,
        ("invalid_tenant" or "invalid_request", _, _) => IdentityServerCauses.NoTenant,
        _ => null,
    };

    private static KnownCause? CauseForUser(string error) => error switch
    {
        "access_denied" => IdentityServerCauses.UserDeclined,
        "invalid_tenant" => IdentityServerCauses.RoleApiUser,
        "invalid_scope" => IdentityServerCauses.ScopeNotGranted,
        "unauthorized_client" or "unsupported_response_type" or "unsupported_grant_type" => IdentityServerCauses.UserApplication,
        _ => null,
    };
}
