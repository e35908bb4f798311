namespace Visma.Connect.Sdk;

/// <summary>Tokens of a grant that were fetched by an attempt, as they are to be saved; and how they go into an entry. Holds secrets.</summary>
/// <param name="Tokens">The tokens.</param>
/// <param name="GrantId">The consent they belong to.</param>
/// <param name="Attempt">The number of the attempt.</param>
/// <param name="MarkId">Its mark, which goes when they are saved; null where there is none any more.</param>
internal sealed record ObtainedTokens(TokenSet Tokens, string GrantId, long Attempt, string? MarkId)
{
    public static ObtainedTokens Of(TokenEntry entry) => new(entry.Tokens, entry.GrantId!, entry.Attempt, MarkId: null);

    public bool AreNewerThan(TokenEntry entry) => GrantId == entry.GrantId && Attempt > entry.Attempt;

    /// <summary>The entry with these tokens. A mark that is not their own stays: its owner is at work.</summary>
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
