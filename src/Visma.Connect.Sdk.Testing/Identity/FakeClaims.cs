using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>The claims by which the tokens of the two OpenID servers differ.</summary>
internal static class FakeClaims
{
    /// <summary>As https://docs.connect.visma.com/docs/access-token has them: <c>aud</c> is a list, and there is no <c>sub</c> for a service.</summary>
    public static JsonObject OfVismaConnect(FakeGrant? grant, string? tenant, IEnumerable<string> audiences)
    {
        JsonObject claims = new() { ["aud"] = new JsonArray([.. audiences]), ["jti"] = Guid.NewGuid().ToString("N").ToUpperInvariant() };
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

    /// <summary>As in the sample of https://developer.vismaonline.com/docs: the company is <c>customer_id</c>.</summary>
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

    /// <summary>OpenID Connect Core section 2.</summary>
    public static JsonObject OfIdToken(FakeGrant grant, FakeToken token, string? nonce)
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

    /// <summary>What a token may know of its user.</summary>
    public static JsonObject OfUser(FakeGrant grant, FakeToken token)
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
