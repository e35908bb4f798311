using System.Net;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>Makes the tokens of an identity server, and the reply that holds them.</summary>
internal sealed class FakeTokenIssuer(FakeState state, FakeIdentityServer server)
{
    private static readonly TimeSpan IdTokenLifetime = TimeSpan.FromMinutes(5);

    /// <summary>The tokens of a user's consent.</summary>
    public FakeReply Answer(FakeGrant grant, IReadOnlyList<string> scopes, FakeRefreshToken? refreshToken, string? nonce)
    {
        FakeToken token = Add(grant.Client, grant, grant.Company?.TenantId, scopes);
        JsonObject reply = Reply(token);
        if (refreshToken is not null)
        {
            reply["refresh_token"] = refreshToken.Value;
        }

        if (token.Has("openid"))
        {
            reply["id_token"] = IdToken(token, grant, nonce);
        }

        return FakeReply.Json(HttpStatusCode.OK, reply, ("Cache-Control", "no-store"));
    }

    /// <summary>The token of a service.</summary>
    public FakeReply Answer(FakeClient client, string? tenant, IReadOnlyList<string> scopes) =>
        FakeReply.Json(HttpStatusCode.OK, Reply(Add(client, grant: null, tenant, scopes)), ("Cache-Control", "no-store"));

    private JsonObject Reply(FakeToken token) => new()
    {
        ["access_token"] = token.Value,
        ["expires_in"] = (long)(token.ExpiresAt - token.IssuedAt).TotalSeconds,
        ["token_type"] = server.IsVismaConnect ? "Bearer" : "bearer",
        ["scope"] = string.Join(' ', token.Scopes),
    };

    private FakeToken Add(FakeClient client, FakeGrant? grant, string? tenant, IReadOnlyList<string> scopes)
    {
        DateTimeOffset now = state.Time.GetUtcNow();
        DateTimeOffset expiresAt = now + client.TokenLifetime;
        JsonObject claims = server.IsVismaConnect
            ? FakeClaims.OfVismaConnect(grant, tenant, server.AudiencesOf(scopes))
            : FakeClaims.OfEAccounting(grant, server.Issuer);
        claims["iss"] = server.Issuer;
        claims["nbf"] = now.ToUnixTimeSeconds();
        claims["iat"] = now.ToUnixTimeSeconds();
        claims["exp"] = expiresAt.ToUnixTimeSeconds();
        claims["client_id"] = client.ClientId;
        claims["scope"] = new JsonArray([.. scopes]);
        FakeToken token = new(FakeJwt.Sign(FakeJwt.Header(server.Key), claims, server.Key), server.Name, client, grant, tenant, scopes, now, expiresAt);
        state.Add(token);
        return token;
    }

    private string IdToken(FakeToken token, FakeGrant grant, string? nonce)
    {
        FakeSigningKey key = server.Key;
        JsonObject header = FakeJwt.Header(key);
        JsonObject claims = FakeClaims.OfIdToken(grant, token, nonce);
        DateTimeOffset now = state.Time.GetUtcNow();
        claims["iss"] = server.Issuer;
        claims["iat"] = now.ToUnixTimeSeconds();
        claims["exp"] = (now + IdTokenLifetime).ToUnixTimeSeconds();
        server.ChangeIdTokenHeader?.Invoke(header);
        server.ChangeIdTokenClaims?.Invoke(claims);
        string jwt = FakeJwt.Sign(header, claims, key, grant.Client.Secret);
        return server.BreakIdTokenSignature ? FakeJwt.Break(jwt) : jwt;
    }
}
