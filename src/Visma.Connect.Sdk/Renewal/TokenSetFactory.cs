namespace Visma.Connect.Sdk;

/// <summary>Makes the tokens of a user from a reply of the token endpoint.</summary>
internal static class TokenSetFactory
{
    public static TokenSet FromReply(TokenResponse reply, ConfiguredClient client, TokenSet? before, IReadOnlyList<string> scopes, DateTimeOffset asked, long attempt, string grantId) => new()
    {
        AccessToken = new AccessToken(
            reply.AccessToken,
            asked,
            client.Authority.IsLegacy ? DateTimeOffset.MaxValue : asked + (reply.ExpiresIn ?? client.Options.DefaultTokenLifetime),
            reply.Scopes ?? scopes,
            attempt,
            grantId),
        // RFC 6749 section 6: if the reply has no refresh token, the old one stays valid.
        RefreshToken = reply.RefreshToken ?? before?.RefreshToken,
        IdToken = reply.IdToken ?? before?.IdToken,
    };

    /// <summary>The tokens before, with the refresh token of a reply that is not usable otherwise. The access token counts as expired.</summary>
    public static TokenSet FromSalvagedReply(TokenSet before, string refreshToken, DateTimeOffset now, long attempt, string grantId) => before with
    {
        RefreshToken = refreshToken,
        AccessToken = new AccessToken(before.AccessToken.Value, now - TimeSpan.FromHours(1), now - TimeSpan.FromHours(1), before.AccessToken.Scopes, attempt, grantId),
    };
}
