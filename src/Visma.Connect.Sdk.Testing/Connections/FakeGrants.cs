using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.Testing;

/// <summary>The consents of users at one identity server, with the codes and refresh tokens that it issued for them.</summary>
/// <param name="time">The clock that codes and grace periods expire by.</param>
/// <param name="presentations">The record of all refresh tokens that were presented, at any server.</param>
/// <param name="isAlwaysOneTime">Whether the server's refresh tokens are one-time, whatever the client's settings are.</param>
internal sealed class FakeGrants(TimeProvider time, FakePresentations presentations, bool isAlwaysOneTime)
{
    private readonly ConcurrentQueue<FakeGrant> _grants = new();
    private readonly ConcurrentDictionary<string, FakeCode> _codes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FakeRefreshToken> _refreshTokens = new(StringComparer.Ordinal);

    /// <summary>Stores the consent of a user, and returns the code for the application.</summary>
    public FakeCode Consent(FakeAuthorizationRequest request, FakeUser user, FakeCompany? company)
    {
        FakeRefreshTokens refreshTokens = request.Client.RefreshTokens;
        DateTimeOffset now = time.GetUtcNow();
        FakeGrant grant = new(request, user, company, isAlwaysOneTime ? refreshTokens.AsOneTime() : refreshTokens, now);
        _grants.Enqueue(grant);
        FakeCode code = new(grant, request, now);
        _codes[code.Value] = code;
        return code;
    }

    /// <summary>Redeems the code of a token request. Null when the code is missing, or not valid for this request.</summary>
    public FakeCode? Redeem(FakeClient client, FakeRequest request) =>
        request.Form.TryGetValue("code", out string? value) && _codes.TryGetValue(value, out FakeCode? code)
            && code.TryRedeem(client, request.Form.GetValueOrDefault("redirect_uri"), request.Form.GetValueOrDefault("code_verifier"), time.GetUtcNow())
            ? code
            : null;

    /// <summary>Issues the first refresh token of a grant. Null when the consent does not include one.</summary>
    public FakeRefreshToken? Begin(FakeGrant grant) => Keep(grant.Begin());

    /// <summary>Exchanges a refresh token of a client. Null when it is refused.</summary>
    public FakeRefreshToken? Exchange(FakeClient client, string value) =>
        FindRefreshToken(value) is { } token && token.Grant.Client == client ? Keep(Exchange(token)) : null;

    public FakeRefreshToken? FindRefreshToken(string? value) => value is null ? null : _refreshTokens.GetValueOrDefault(value);

    /// <summary>Records that a refresh token was presented. Null when the request has no refresh token that this server issued.</summary>
    public FakePresentation? Present(FakeRequest request) =>
        request.Form.GetValueOrDefault("grant_type") == GrantTypes.RefreshToken
        && FindRefreshToken(request.Form.GetValueOrDefault("refresh_token")) is { } token
            ? presentations.Add(token, time.GetUtcNow())
            : null;

    public void Revoke(Func<FakeGrant, bool> which)
    {
        foreach (FakeGrant grant in _grants.Where(which))
        {
            grant.Revoke();
        }
    }

    private FakeRefreshToken? Exchange(FakeRefreshToken token)
    {
        FakeGrant grant = token.Grant;
        bool wasRevoked = grant.IsRevoked;
        FakeRefreshToken? exchanged = grant.Exchange(token, time.GetUtcNow());
        if (!wasRevoked && grant.IsRevoked && grant.RefreshTokens.ReplayDetection == FakeReplayDetection.RevokesUser)
        {
            Revoke(other => other.Client == grant.Client && other.User == grant.User);
        }

        return exchanged;
    }

    private FakeRefreshToken? Keep(FakeRefreshToken? token)
    {
        if (token is not null)
        {
            _refreshTokens[token.Value] = token;
        }

        return token;
    }
}
