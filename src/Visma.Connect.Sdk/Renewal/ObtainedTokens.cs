namespace Visma.Connect.Sdk;

/// <summary>The tokens that an attempt obtained, ready to be saved in an entry. Holds secrets.</summary>
/// <param name="Tokens">The tokens.</param>
/// <param name="GrantId">The id of their consent.</param>
/// <param name="Attempt">The number of the attempt.</param>
/// <param name="MarkId">The id of its mark, which is removed when the tokens are saved. Null if the mark is already removed.</param>
internal sealed record ObtainedTokens(TokenSet Tokens, string GrantId, long Attempt, string? MarkId)
{
    /// <summary>The tokens of a new consent.</summary>
    public static ObtainedTokens Of(
        TokenResponse reply,
        ConfiguredClient client,
        IReadOnlyList<string> scopes,
        DateTimeOffset requestedAt,
        string grantId)
    {
        return new ObtainedTokens(
            new TokenSet
            {
                AccessToken = AccessTokenOf(reply, client, scopes, requestedAt, attempt: 0, grantId),
                RefreshToken = reply.RefreshToken,
                IdToken = reply.IdToken,
            },
            grantId,
            Attempt: 0,
            MarkId: null);
    }

    /// <summary>The tokens of a refresh under the mark of an entry.</summary>
    public static ObtainedTokens Of(TokenResponse reply, ConfiguredClient client, TokenEntry marked, DateTimeOffset requestedAt)
    {
        TokenSet before = marked.Tokens;
        long attempt = marked.Mark!.Attempt;
        TokenSet tokens = new()
        {
            AccessToken = AccessTokenOf(reply, client, before.AccessToken.Scopes, requestedAt, attempt, marked.GrantId!),
            // RFC 6749 section 6: if the reply has no refresh token, the old one stays valid.
            RefreshToken = reply.RefreshToken ?? before.RefreshToken,
            IdToken = reply.IdToken ?? before.IdToken,
        };
        return new ObtainedTokens(tokens, marked.GrantId!, attempt, marked.Mark.Id);
    }

    /// <summary>The tokens of an entry with the refresh token of a reply that is not usable otherwise.</summary>
    public static ObtainedTokens OfSalvaged(string refreshToken, TokenEntry marked, DateTimeOffset now) =>
        OfRefreshToken(refreshToken, marked, marked.Mark!.Attempt, marked.Mark.Id, now);

    /// <summary>The tokens of an entry with a newer refresh token. The access token counts as expired, so that it is renewed.</summary>
    public static ObtainedTokens OfRefreshToken(string refreshToken, TokenEntry entry, long attempt, string? markId, DateTimeOffset now)
    {
        AccessToken before = entry.Tokens.AccessToken;
        DateTimeOffset past = now - TimeSpan.FromHours(1);
        AccessToken expired = new(before.Value, past, past, before.Scopes, attempt, entry.GrantId!);
        return new ObtainedTokens(entry.Tokens with { RefreshToken = refreshToken, AccessToken = expired }, entry.GrantId!, attempt, markId);
    }

    public bool AreNewerThan(TokenEntry entry) => GrantId == entry.GrantId && Attempt > entry.Attempt;

    /// <summary>The entry with these tokens. The mark of another attempt stays, because its owner may be at work.</summary>
    public TokenEntry Into(TokenEntry entry, DateTimeOffset now) => entry.AsNew() with
    {
        Tokens = Tokens,
        Attempt = Attempt,
        LastAttempt = Math.Max(entry.LastAttempt, Attempt),
        Mark = entry.Mark?.Id == MarkId ? null : entry.Mark,
        State = ConnectionState.Active,
        StateReason = null,
        StateSince = entry.State == ConnectionState.Active ? entry.StateSince : now,
        NotBefore = null,
        Company = JwtClaims.CompanyOf(Tokens.AccessToken.Value) ?? entry.Company,
        Subject = JwtClaims.SubjectOf(Tokens.IdToken, Tokens.AccessToken.Value) ?? entry.Subject,
        UnknownSince = null,
        ExportedAt = null,
        MarkedTokens = entry.Mark?.Id == MarkId ? null : entry.MarkedTokens,
    };

    private static AccessToken AccessTokenOf(
        TokenResponse reply,
        ConfiguredClient client,
        IReadOnlyList<string> scopes,
        DateTimeOffset requestedAt,
        long attempt,
        string grantId)
    {
        DateTimeOffset expiresAt = client.Authority.IsLegacy ? DateTimeOffset.MaxValue : requestedAt + (reply.ExpiresIn ?? client.Options.DefaultTokenLifetime);
        return new AccessToken(reply.AccessToken, requestedAt, expiresAt, reply.Scopes ?? scopes, attempt, grantId);
    }
}
