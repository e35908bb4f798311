using System.Runtime.CompilerServices;

namespace Visma.Connect.Sdk;

/// <summary>Hands out the tokens of connections, and ends the connections here before that: a one-time refresh token has one owner.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ConnectionExport(StoredConnections stored, RenewalParts parts)
{
    public async IAsyncEnumerable<PortableConnection> RunAsync(string client, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await parts.Servers.DiscoverAsync(client, cancellationToken).ConfigureAwait(false);
        ConfiguredClient configured = parts.Clients.Find(client);
        RenewalDurations durations = RenewalDurations.For(configured.Options.GracePeriod);
        List<TokenKey> beingRenewed = [];
        foreach (TokenKey key in await KeysAsync(client, cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            TokenEntry? entry = await parts.Cache.GetAsync(key, durations.CacheOperation).ConfigureAwait(false);
            if (entry is null || !HasTokenToExport(entry, configured))
            {
                continue;
            }

            StoredConnectionCheck.RequireFor(configured, entry, key);
            if (await EndAsync(key, entry, configured, durations, cancellationToken).ConfigureAwait(false) is { } ended)
            {
                yield return PortableOf(key, ended);
            }
            else
            {
                beingRenewed.Add(key);
            }
        }

        if (beingRenewed.Count > 0)
        {
            throw new VismaConnectException(
                FormattableString.Invariant($"{beingRenewed.Count} connections were not exported, because their refresh token may be under way: ")
                + $"{string.Join("; ", beingRenewed)}.",
                LocalCauses.ExportAgain.Remedy,
                innerException: null)
            {
                IsTransient = true,
            };
        }
    }

    // The listing ends before the first change, because a changed entry may be left out of it.
    private async Task<IReadOnlyList<TokenKey>> KeysAsync(string client, CancellationToken cancellationToken)
    {
        List<TokenKey> keys = [];
        await foreach (TokenCacheItem item in stored.ItemsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (string.Equals(item.Key.Client, client, StringComparison.OrdinalIgnoreCase))
            {
                keys.Add(item.Fault is { } fault ? throw fault : item.Key);
            }
        }

        return keys;
    }

    // An exported connection is exported again: the caller may have lost its token.
    private static bool HasTokenToExport(TokenEntry entry, ConfiguredClient client) =>
        entry.GrantId is not null
        && (entry.ExportedAt is not null || entry.State == ConnectionState.Active)
        && (entry.Tokens.RefreshToken is not null || client.Authority.IsLegacy);

    // Null if a renewal is under way and does not end, so that the refresh token may be used up.
    private async Task<TokenEntry?> EndAsync(
        TokenKey key,
        TokenEntry? entry,
        ConfiguredClient client,
        RenewalDurations durations,
        CancellationToken cancellationToken)
    {
        Moment began = Moment.Now(parts.Time);
        while (entry is not null && HasTokenToExport(entry, client))
        {
            if (entry.ExportedAt is not null)
            {
                return entry;
            }

            DateTimeOffset now = parts.Time.GetUtcNow();
            TokenEntry ended = entry.AsNew() with
            {
                State = ConnectionState.ReauthorizationRequired,
                StateReason = "Its tokens were exported, and belong to another program now.",
                StateSince = now,
                ExportedAt = now,
            };
            if (entry.Mark is null && await parts.Cache.SaveAsync(key, ended, entry.Version, durations.CacheOperation).ConfigureAwait(false))
            {
                return ended;
            }

            if (began.ElapsedBy(parts.Time) > RenewalDurations.WatchFor(entry.Mark?.Lease ?? durations.Lease))
            {
                return null;
            }

            await parts.Time.Delay(durations.Look, cancellationToken).ConfigureAwait(false);
            entry = await parts.Cache.GetAsync(key, durations.CacheOperation).ConfigureAwait(false);
        }

        return null;
    }

    private static PortableConnection PortableOf(TokenKey key, TokenEntry entry)
    {
        PortableConnection connection = new(key.Client, key.Connection!, entry.Tokens.RefreshToken ?? entry.Tokens.AccessToken.Value)
        {
            Company = entry.Company,
            Subject = entry.Subject,
            ConnectedAt = entry.ConnectedAt,
        };
        foreach (string scope in entry.Tokens.AccessToken.Scopes)
        {
            connection.Scopes.Add(scope);
        }

        return connection;
    }
}
