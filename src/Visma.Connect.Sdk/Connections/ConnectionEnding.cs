using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Ends connections: removes the tokens from the cache first, so that no process can renew them, and then revokes them at Visma.</summary>
internal sealed class ConnectionEnding(
    ClientDirectory clients,
    AuthorizationServers servers,
    LiveSettings settings,
    ConsentSaving consents,
    CachingTokenSource tokens,
    ILogger logger)
{
    public async Task<Disconnection> DisconnectAsync(TokenKey key, CancellationToken cancellationToken)
    {
        RenewalDurations durations = DurationsOf(key);
        TokenEntry? removed;
        try
        {
            removed = await consents.RemoveAsync(key, durations).ConfigureAwait(false);
        }
        catch (UnreadableEntryException unreadable) when (unreadable.Version is not null)
        {
            return await DisconnectUnreadableAsync(key, unreadable, durations).ConfigureAwait(false);
        }

        tokens.Forget(key);
        if (removed is null)
        {
            return new Disconnection(wasConnected: false);
        }

        Log.Disconnected(logger, key);
        if (removed.ExportedAt is not null)
        {
            // Another program uses the tokens now.
            return new Disconnection(wasConnected: true);
        }

        try
        {
            await RevokeAsync(key, removed, cancellationToken).ConfigureAwait(false);
            return new Disconnection(wasConnected: true);
        }
        catch (Exception failure)
        {
            // Whatever the reason is, the connection has ended, and the caller is told so.
            Log.RevocationFailed(logger, key, failure);
            return new Disconnection(wasConnected: true, failure as VismaConnectException ?? NotRevoked(key, failure));
        }
    }

    // Tokens that cannot be decrypted cannot be revoked. The entry is removed all the same, because the caller named it.
    private async Task<Disconnection> DisconnectUnreadableAsync(TokenKey key, UnreadableEntryException unreadable, RenewalDurations durations)
    {
        await consents.RemoveUnreadableAsync(key, unreadable, durations).ConfigureAwait(false);
        tokens.Forget(key);
        Log.Disconnected(logger, key);
        Log.RevocationFailed(logger, key, unreadable);
        return new Disconnection(wasConnected: true, unreadable);
    }

    // If the settings now name another application or server, the token must not be sent there.
    private async Task RevokeAsync(TokenKey key, TokenEntry removed, CancellationToken cancellationToken)
    {
        await servers.DiscoverAsync(key.Client, cancellationToken).ConfigureAwait(false);
        StoredConnectionCheck.RequireFor(clients.Find(key), removed, key);
        await Revocation.RevokeAsync(servers.Of(key.Client), removed.Tokens, cancellationToken).ConfigureAwait(false);
    }

    private static VismaConnectException NotRevoked(TokenKey key, Exception failure)
    {
        bool isCancelled = failure is OperationCanceledException;
        return new VismaConnectException(
            $"The tokens of {key} were not revoked at Visma: {(isCancelled ? "the wait was cancelled." : failure.Message)}",
            failure)
        {
            IsTransient = isCancelled,
        };
    }

    // Connections of a client that is no longer in the settings can be ended too.
    private RenewalDurations DurationsOf(TokenKey key) =>
        RenewalDurations.For(settings.Current.Clients.ContainsKey(key.Client) ? clients.Find(key.Client).Options.GracePeriod : null);
}
