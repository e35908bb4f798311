namespace Visma.Connect.Sdk;

/// <summary>The tokens that an attempt obtained, ready to be saved in an entry. Holds secrets.</summary>
/// <param name="Tokens">The tokens.</param>
/// <param name="GrantId">The id of their consent.</param>
/// <param name="Attempt">The number of the attempt.</param>
/// <param name="MarkId">The id of its mark, which is removed when the tokens are saved. Null if the mark is already removed.</param>
internal sealed record ObtainedTokens(TokenSet Tokens, string GrantId, long Attempt, string? MarkId)
{
    public static ObtainedTokens Of(TokenEntry entry) => new(entry.Tokens, entry.GrantId!, entry.Attempt, MarkId: null);

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
    };
}
