using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.Testing;

/// <summary>What one identity server keeps of its users' consents: the codes and refresh tokens it gave out.</summary>
internal sealed class FakeGrants(FakeState state, FakeAuthorityRules rules)
{
    private readonly ConcurrentDictionary<string, FakeCode> _codes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FakeRefreshToken> _refreshTokens = new(StringComparer.Ordinal);

    /// <summary>The user consented: the code to send the user back with.</summary>
    public FakeCode Consent(FakeAuthorizationRequest request, FakeUser user, FakeCompany? company)
    {
        FakeRefreshTokens refreshTokens = request.Client.RefreshTokens;
        DateTimeOffset now = state.Time.GetUtcNow();
        FakeGrant grant = new(
            rules.Authority, request.Client, user, company, request.Scopes, rules.RefreshTokensAreOneTime ? refreshTokens.AsOneTime() : refreshTokens, now);
        state.Add(grant);
        FakeCode code = new(grant, request, now);
        _codes[code.Value] = code;
        return code;
    }

    /// <summary>The code that a token request is good for; null when it is good for none.</summary>
    public FakeCode? Redeem(FakeClient client, FakeRequest request) =>
        request.Form.TryGetValue("code", out string? value) && _codes.TryGetValue(value, out FakeCode? code)
            && code.TryRedeem(client, request.Form.GetValueOrDefault("redirect_uri"), request.Form.GetValueOrDefault("code_verifier"), state.Time.GetUtcNow())
            ? code
            : null;

    /// <summary>The first refresh token of a grant, if it has any.</summary>
    public FakeRefreshToken? Begin(FakeGrant grant) => Keep(grant.Begin());

    /// <summary>What a client gets for a refresh token; null when it is refused.</summary>
    public FakeRefreshToken? Exchange(FakeClient client, string value) =>
        FindRefreshToken(value) is { } token && token.Grant.Client == client ? Keep(token.Grant.Exchange(token, state.Time.GetUtcNow())) : null;

    public FakeRefreshToken? FindRefreshToken(string? value) => value is null ? null : _refreshTokens.GetValueOrDefault(value);

    /// <summary>Notes that a refresh token was presented; null when the request presents none that was ever given out.</summary>
    public FakePresentation? Present(FakeRequest request) =>
        request.Form.GetValueOrDefault("grant_type") == GrantTypes.RefreshToken && FindRefreshToken(request.Form.GetValueOrDefault("refresh_token")) is { } token
            ? state.Presentations.Add(token, state.Time.GetUtcNow())
            : null;

    private FakeRefreshToken? Keep(FakeRefreshToken? token)
    {
        if (token is not null)
        {
            _refreshTokens[token.Value] = token;
        }

        return token;
    }
}
