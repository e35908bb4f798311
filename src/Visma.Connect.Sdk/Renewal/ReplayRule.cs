namespace Visma.Connect.Sdk;

/// <summary>
/// Decides whether a refresh token is sent again after a send whose outcome is unknown (docs/renewal.md, "When a token is sent again").
/// </summary>
internal sealed class ReplayRule(TokenKey key, ConfiguredClient client, RenewalDurations durations, RenewalParts parts)
{
    // A list of all connections takes longer than one entry.
    private TimeSpan ListingLimit => TimeSpan.FromTicks(5 * durations.CacheOperation.Ticks);

    /// <summary>Whether a token that was sent without a known outcome is lost if it is not sent again.</summary>
    public bool MayForbid => client.Options.RefreshTokens == RefreshTokenKind.OneTime && client.Options.RefreshTokenReplay != RefreshTokenReplay.Always;

    /// <summary>Whether the token may be sent again, under a new mark.</summary>
    /// <param name="entry">The entry of the token.</param>
    /// <param name="first">When this process first saw a mark under which the token may have been sent.</param>
    public async Task<ReplayAnswer> AnswerAsync(TokenEntry entry, Moment first) => client.Options.RefreshTokenReplay switch
    {
        RefreshTokenReplay.Always => ReplayAnswer.Yes,
        RefreshTokenReplay.Never => ReplayAnswer.No,
        _ when IsHarmless(entry, first) => ReplayAnswer.Yes,
        _ when client.Authority.IntrospectionEndpoint is not null => ReplayAnswer.Ask,
        // The user's other connections may not be imported yet.
        _ when entry is { ImportedTokenHash: not null, Attempt: 0 } => ReplayAnswer.No,
        _ => await AnswerByOthersAsync(entry).ConfigureAwait(false),
    };

    /// <summary>Whether sending the token again can do no harm, whatever happened to the first send.</summary>
    /// <param name="entry">The entry of the token.</param>
    /// <param name="first">When the token was first sent.</param>
    /// <param name="ahead">In how much time it would be sent. Default: now.</param>
    public bool IsHarmless(TokenEntry entry, Moment first, TimeSpan ahead = default) =>
        client.Options.RefreshTokenReplay != RefreshTokenReplay.Never
        && (client.Options.RefreshTokens == RefreshTokenKind.ReUse || IsWithinGrace(entry, first, ahead));

    /// <summary>Whether a request that is sent then arrives within the grace period of the first send.</summary>
    public bool IsWithinGrace(TokenEntry entry, Moment first, TimeSpan ahead = default) => TimeLeft(entry, first) >= ahead;

    /// <summary>How long a request that is sent still arrives within the grace period of the first send. Null without a grace period.</summary>
    /// <remarks>
    /// The age of that send is the longer one of the time since this process first saw it, and the time since its date.
    /// </remarks>
    public TimeSpan? TimeLeft(TokenEntry entry, Moment first)
    {
        if (durations.GraceOf(entry) is not { } grace)
        {
            return null;
        }

        TimeSpan known = first.ElapsedBy(parts.Time);
        TimeSpan dated = parts.Time.GetUtcNow() - (entry.UnknownSince ?? entry.Mark?.PlacedAt ?? first.At);
        return grace - durations.Processing - (known > dated ? known : dated);
    }

    // Visma revokes by client id and user. Several clients of the settings can have the same client id.
    private async Task<ReplayAnswer> AnswerByOthersAsync(TokenEntry entry)
    {
        try
        {
            TokenFilter connections = new() { ConnectionsOnly = true };
            bool hasOther = await parts.Cache.AnyAsync(connections, item => item.Key != key && MayBeOfSameUser(item, entry), ListingLimit)
                .ConfigureAwait(false);
            return hasOther ? ReplayAnswer.No : ReplayAnswer.Yes;
        }
        catch (VismaConnectException)
        {
            return ReplayAnswer.Unknown;
        }
    }

    // An entry that this process cannot read may be of any user and client id, so it counts: one connection that ends costs less than all of a user.
    private static bool MayBeOfSameUser(TokenCacheItem item, TokenEntry entry) =>
        item.Entry is not { } other
        || (other.GrantId is not null
            && other.State == ConnectionState.Active
            && other.ClientId == entry.ClientId
            && other.TokenEndpoint == entry.TokenEndpoint
            && (other.Subject is null || entry.Subject is null || other.Subject == entry.Subject));
}
