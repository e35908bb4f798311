using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>The claims of access tokens, which differ between the two OpenID Connect servers, of id tokens and of userinfo.</summary>
internal static class FakeClaims
{
    /// <summary>
    /// As documented at https://docs.connect.visma.com/docs/access-token: <c>aud</c> is a list, and a service token has no <c>sub</c>. A service
    /// token of Business NXT that was seen has a string as <c>aud</c>, and no <c>jti</c>.
    /// </summary>
    public static JsonObject OfVismaConnect(FakeGrant? grant, string? tenant, IReadOnlyList<string> audiences)
    {
        bool isOfBusinessNxtService = audiences is [var only] && only == VismaApi.BusinessNxtService.BaseAddress.AbsoluteUri;
        JsonObject claims = isOfBusinessNxtService
            ? new() { ["aud"] = audiences[0] }
            : new() { ["aud"] = new JsonArray([.. audiences]), ["jti"] = Guid.NewGuid().ToString("N").ToUpperInvariant() };
        if (grant is not null)
        {
            claims["sub"] = grant.User.Subject;
            claims["auth_time"] = grant.AuthenticatedAt.ToUnixTimeSeconds();
        }

        if (tenant is not null)
        {
            claims["tenant_id"] = tenant;
        }

        return claims;
    }

    /// <summary>As in the sample at https://developer.vismaonline.com/docs: <c>customer_id</c> is the company.</summary>
    public static JsonObject OfEAccounting(FakeGrant? grant, string issuer)
    {
        JsonObject claims = new() { ["aud"] = issuer + "/resources", ["idp"] = "local" };
        if (grant is not null)
        {
            claims["sub"] = grant.User.Subject;
            claims["auth_time"] = grant.AuthenticatedAt.ToUnixTimeSeconds();
            claims["email"] = grant.User.Email;
        }

        if (grant?.Company is { } company)
        {
            claims["customer_id"] = company.TenantId;
        }

        return claims;
    }

    /// <summary>The claims of an id token (OpenID Connect Core section 2).</summary>
    public static JsonObject OfIdToken(FakeGrant grant, FakeAccessToken token, string? nonce)
    {
        JsonObject claims = OfUser(grant, token);
        claims["aud"] = grant.Client.ClientId;
        claims["auth_time"] = grant.AuthenticatedAt.ToUnixTimeSeconds();
        claims["sid"] = grant.SessionId;
        claims["at_hash"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token.Value)).AsSpan(0, 16));
        if (nonce is not null)
        {
            claims["nonce"] = nonce;
        }

        return claims;
    }

    /// <summary>The claims about the user that the scopes of a token allow.</summary>
    public static JsonObject OfUser(FakeGrant grant, FakeAccessToken token)
    {
        JsonObject claims = new() { ["sub"] = grant.User.Subject };
        if (token.Has("profile"))
        {
            claims["name"] = grant.User.Name;
        }

        if (token.Has("email"))
        {
            claims["email"] = grant.User.Email;
            claims["email_verified"] = true;
        }

        return claims;
    }
}
