using Duende.IdentityModel;

namespace Visma.Connect.Sdk;

/// <summary>The values of <c>grant_type</c> (RFC 6749) that partners of Visma use.</summary>
public static class GrantTypes
{
    /// <summary>Exchanges the code of a user's consent for tokens (RFC 6749 section 4.1).</summary>
    public const string AuthorizationCode = OidcConstants.GrantTypes.AuthorizationCode;

    /// <summary>Requests a service token: the application acts without a user, for a company that approved it (RFC 6749 section 4.4).</summary>
    public const string ClientCredentials = OidcConstants.GrantTypes.ClientCredentials;

    /// <summary>Exchanges a refresh token of an earlier consent for a new access token (RFC 6749 section 6).</summary>
    public const string RefreshToken = OidcConstants.GrantTypes.RefreshToken;
}
