namespace Visma.Connect.Sdk;

/// <summary>When a user token can be used, and how one is made of a reply.</summary>
internal static class UserTokens
{
    // A token from further in the future than clocks of good machines differ says nothing reliable about its expiry.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Not expired, and not the one that was rejected or is to be replaced.</summary>
    public static bool IsUsable(AccessToken token, AccessToken? rejected, DateTimeOffset now) =>
        (rejected is null || token.Succeeds(rejected))
        && token.ObtainedAt < now + ClockSkew
        && now < token.ObtainedAt + RenewalTimes.ServeFor(token.ExpiresAt - token.ObtainedAt);

    public static TokenSet Of(TokenResponse reply, ConfiguredClient client, TokenSet? before, IReadOnlyList<string> scopes, DateTimeOffset asked, long attempt, string grantId) => new()
    {
        AccessToken = new AccessToken(
            reply.AccessToken,
            asked,
            client.Authority.IsLegacy ? DateTimeOffset.MaxValue : asked + (reply.ExpiresIn ?? client.Options.DefaultTokenLifetime),
            reply.Scopes ?? scopes,
            attempt,
            grantId),
        // RFC 6749 section 6: a reply without one leaves the old one in force.
        RefreshToken = reply.RefreshToken ?? before?.RefreshToken,
        IdToken = reply.IdToken ?? before?.IdToken,
    };

    /// <summary>The tokens before with only a new refresh token: all that could be read of a reply. The access token counts as expired.</summary>
    public static TokenSet Salvaged(TokenSet before, string refreshToken, DateTimeOffset now, long attempt, string grantId) => before with
    {
        RefreshToken = refreshToken,
        AccessToken = new AccessToken(before.AccessToken.Value, now - TimeSpan.FromHours(1), now - TimeSpan.FromHours(1), before.AccessToken.Scopes, attempt, grantId),
    };
}
