namespace Visma.Connect.Sdk;

/// <summary>
/// The newest tokens of a connection, as far as they are needed if the cache loses them. Holds secrets. The access token is not kept, because it is
/// most of the memory, and the next renewal replaces it.
/// </summary>
/// <param name="RefreshToken">The refresh token; null if there is none, and so nothing to lose.</param>
/// <param name="GrantId">The id of their consent.</param>
/// <param name="Attempt">The number of the attempt that obtained them.</param>
/// <param name="MarkId">The id of its mark, which is removed when the tokens are saved. Null if the mark is already removed.</param>
internal sealed record NewestTokens(string? RefreshToken, string GrantId, long Attempt, string? MarkId)
{
    /// <summary>The tokens that an entry holds.</summary>
    public static NewestTokens Of(TokenEntry entry) => new(entry.Tokens.RefreshToken, entry.GrantId!, entry.Attempt, MarkId: null);

    public static NewestTokens Of(ObtainedTokens tokens) => new(tokens.Tokens.RefreshToken, tokens.GrantId, tokens.Attempt, tokens.MarkId);

    public bool AreNewerThan(TokenEntry entry) => GrantId == entry.GrantId && Attempt > entry.Attempt;

    /// <summary>These tokens, to be saved over an entry that has older ones. Null if there is no refresh token.</summary>
    public ObtainedTokens? Over(TokenEntry entry, DateTimeOffset now) =>
        RefreshToken is null ? null : ObtainedTokens.OfRefreshToken(RefreshToken, entry, Attempt, MarkId, now);
}
