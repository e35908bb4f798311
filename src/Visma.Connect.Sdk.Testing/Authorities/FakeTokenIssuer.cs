using System.Net;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>Issues the access tokens and id tokens of an authority, and writes the replies that hold them.</summary>
internal sealed class FakeTokenIssuer(FakeState state, FakeAuthority authority, IReadOnlyList<VismaApi> apis)
{
    private static readonly TimeSpan IdTokenLifetime = TimeSpan.FromMinutes(5);

    /// <summary>The reply with the tokens for a user's consent.</summary>
    public FakeReply Answer(FakeGrant grant, IReadOnlyList<string> scopes, FakeRefreshToken? refreshToken, string? nonce)
    {
        FakeAccessToken token = Issue(grant.Client, grant, grant.Company?.TenantId, scopes);
        JsonObject reply = Reply(token);
        if (refreshToken is not null)
        {
            state.AddSecret(refreshToken.Value);
            reply["refresh_token"] = refreshToken.Value;
        }

        if (token.Has("openid"))
        {
            string idToken = IdToken(token, grant, nonce);
            state.AddSecret(idToken);
            reply["id_token"] = idToken;
        }

        return FakeReply.Json(HttpStatusCode.OK, reply, ("Cache-Control", "no-store"));
    }

    /// <summary>The reply with the token for a service.</summary>
    public FakeReply Answer(FakeClient client, string? tenant, IReadOnlyList<string> scopes) =>
        FakeReply.Json(HttpStatusCode.OK, Reply(Issue(client, grant: null, tenant, scopes)), ("Cache-Control", "no-store"));

    private JsonObject Reply(FakeAccessToken token) => new()
    {
        ["access_token"] = token.Value,
        ["expires_in"] = (long)(token.ExpiresAt - token.IssuedAt).TotalSeconds,
        ["token_type"] = authority.IsVismaConnect ? "Bearer" : "bearer",
        ["scope"] = string.Join(' ', token.Scopes),
    };

    private FakeAccessToken Issue(FakeClient client, FakeGrant? grant, string? tenant, IReadOnlyList<string> scopes)
    {
        DateTimeOffset now = state.Time.GetUtcNow();
        DateTimeOffset expiresAt = now + client.TokenLifetime;
        JsonObject claims = authority.IsVismaConnect
            ? FakeClaims.OfVismaConnect(grant, tenant, [.. AudiencesOf(scopes)])
            : FakeClaims.OfEAccounting(grant, authority.Issuer);
        claims["iss"] = authority.Issuer;
        claims["nbf"] = now.ToUnixTimeSeconds();
        claims["iat"] = now.ToUnixTimeSeconds();
        claims["exp"] = expiresAt.ToUnixTimeSeconds();
        claims["client_id"] = client.ClientId;
        claims["scope"] = new JsonArray([.. scopes]);
        FakeSigningKey key = authority.Key;
        FakeAccessToken token = new()
        {
            Value = FakeJwt.Sign(FakeJwt.AccessTokenHeader(key), claims, key),
            Authority = authority.Real.Name,
            Client = client,
            Grant = grant,
            TenantId = tenant,
            Scopes = scopes,
            IssuedAt = now,
            ExpiresAt = expiresAt,
        };
        state.Add(token);
        return token;
    }

    // The aud of https://docs.connect.visma.com/docs/access-token: the addresses of the APIs to which the scopes belong.
    private IEnumerable<string> AudiencesOf(IReadOnlyList<string> scopes) =>
        from api in apis
        let prefixes = api.ServiceScopes.Concat(api.UserScopes).Where(scope => scope.Contains(':')).Select(scope => scope[..(scope.IndexOf(':') + 1)])
        where scopes.Any(scope => prefixes.Any(prefix => scope.StartsWith(prefix, StringComparison.Ordinal)))
        select api.BaseAddress.AbsoluteUri;

    private string IdToken(FakeAccessToken token, FakeGrant grant, string? nonce)
    {
        FakeSigningKey key = authority.Key;
        JsonObject header = FakeJwt.Header(key);
        JsonObject claims = FakeClaims.OfIdToken(grant, token, nonce);
        DateTimeOffset now = state.Time.GetUtcNow();
        claims["iss"] = authority.Issuer;
        claims["iat"] = now.ToUnixTimeSeconds();
        claims["exp"] = (now + IdTokenLifetime).ToUnixTimeSeconds();
        authority.ChangeIdTokenHeader?.Invoke(header);
        authority.ChangeIdTokenClaims?.Invoke(claims);
        string jwt = FakeJwt.Sign(header, claims, key, grant.Client.Secret);
        return authority.BreakIdTokenSignature ? FakeJwt.Break(jwt) : jwt;
    }
}
