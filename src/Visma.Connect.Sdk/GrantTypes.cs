namespace Visma.Connect.Sdk;

/// <summary>The values of <c>grant_type</c> (RFC 6749) that partners of Visma use.</summary>
public static class GrantTypes
{
    /// <summary>A user consented and came back with a code (RFC 6749 section 4.1).</summary>
    public const string AuthorizationCode = "authorization_code";

    /// <summary>The application acts by itself, for a company that approved it (RFC 6749 section 4.4).</summary>
    public const string ClientCredentials = "client_credentials";

    /// <summary>A new access token for an earlier consent (RFC 6749 section 6).</summary>
    public const string RefreshToken = "refresh_token";
}
