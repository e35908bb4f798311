using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// Makes logout tokens (OpenID Connect Back-Channel Logout 1.0), with the claims of https://docs.connect.visma.com/docs/single-sign-out (read November 2026).
/// </summary>
internal sealed class FakeLogoutTokens(FakeState state, FakeAuthority authority)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    public string Create(FakeClient client, FakeUser? user, string? sessionId, Action<JsonObject>? changeHeader, Action<JsonObject>? changeClaims)
    {
        FakeSigningKey key = authority.Key;
        DateTimeOffset now = state.Time.GetUtcNow();
        JsonObject header = FakeJwt.Header(key);
        header["typ"] = "logout+jwt";
        JsonObject claims = new()
        {
            ["iss"] = authority.Issuer,
            ["aud"] = client.ClientId,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["events"] = new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() },
        };
        if (user is not null)
        {
            claims["sub"] = user.Subject;
        }

        if (sessionId is not null)
        {
            claims["sid"] = sessionId;
        }

        changeHeader?.Invoke(header);
        changeClaims?.Invoke(claims);
        string token = FakeJwt.Sign(header, claims, key, client.Secret);
        state.AddSecret(token);
        return token;
    }
}
