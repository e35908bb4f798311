namespace Visma.Connect.Sdk;

/// <summary>
/// Decides whether a refresh token is sent again after a send whose outcome is unknown (docs/renewal.md, "When a token is sent again").
/// </summary>
internal sealed class ReplayRule(TokenKey key, ConfiguredClient client, RenewalDurations durations, RenewalParts parts)
{
    // A list of all connections takes longer than one entry.
    private TimeSpan ListingLimit => TimeSpan.FromTicks(5 * durations.CacheOperation.Ticks);

    /// <summary>Whether the token may be sent again, under a new mark.</summary>
    /// <param name="entry">The entry, with the mark under which the token may have been sent.</param>
    public async Task<bool> AllowsAsync(TokenEntry entry) => client.Options.RefreshTokenReplay switch
    {
        RefreshTokenReplay.Always => true,
        RefreshTokenReplay.Never => false,
        _ => client.Options.RefreshTokens == RefreshTokenKind.ReUse || IsWithinGrace(entry) || !await MayHaveOtherConnectionAsync(entry).ConfigureAwait(false),
    };

    /// <summary>Whether a request that is sent now arrives within the grace period of the first send.</summary>
    /// <remarks>The age of that send is the longer one of the time since this process first saw it, and the time since its date.</remarks>
    public bool IsWithinGrace(TokenEntry entry)
    {
        if (durations.Grace is not { } grace || entry.Mark is not { } mark)
        {
            return false;
        }

        long now = parts.Time.GetTimestamp();
        TimeSpan known = parts.Time.GetElapsedTime(parts.Memory.FirstSightOf(key, mark.Id, now), now);
        TimeSpan dated = parts.Time.GetUtcNow() - (entry.UnknownSince ?? mark.PlacedAt);
        return (known > dated ? known : dated) <= grace - durations.Request;
    }

    // Visma revokes by client id and user. Several clients of the settings can have the same client id. If the cache fails, the answer is yes.
    private async Task<bool> MayHaveOtherConnectionAsync(TokenEntry entry)
    {
        try
        {
            return await parts.Cache.AnyAsync(
                new TokenFilter { ConnectionsOnly = true },
                item => item.Key != key && MayBeOfSameUser(item, entry),
                ListingLimit).ConfigureAwait(false);
        }
        catch (VismaConnectException)
        {
            return true;
        }
    }

    private static bool MayBeOfSameUser(TokenCacheItem item, TokenEntry entry) =>
        item.Entry is not { } other
        || (other.GrantId is not null
            && other.State == ConnectionState.Active
            && other.ClientId == entry.ClientId
            && other.TokenEndpoint == entry.TokenEndpoint
            && (other.Subject is null || entry.Subject is null || other.Subject == entry.Subject));
}
