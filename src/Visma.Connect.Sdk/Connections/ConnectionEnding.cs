using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Ends connections: removed here first, so that nobody can renew them any more, then revoked at Visma.</summary>
internal sealed class ConnectionEnding(ClientDirectory clients, AuthorizationServers servers, LiveSettings settings, ConsentSaving consents, CachingTokenSource tokens, ILogger logger)
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
            return new Disconnection { WasConnected = false };
        }

        Log.Disconnected(logger, key);
        try
        {
            await RevokeAsync(key, removed, cancellationToken).ConfigureAwait(false);
            return new Disconnection { WasConnected = true };
        }
        catch (Exception failure) when (failure is VismaConnectException or InvalidOperationException or OptionsValidationException or OperationCanceledException)
        {
            Log.RevocationFailed(logger, key, failure);
            return new Disconnection { WasConnected = true, RevocationFailure = failure as VismaConnectException ?? NotTold(key, failure) };
        }
    }

    // What nobody can read nobody can revoke: asked for by name, it goes all the same.
    private async Task<Disconnection> DisconnectUnreadableAsync(TokenKey key, UnreadableEntryException unreadable, RenewalDurations durations)
    {
        await consents.RemoveUnreadableAsync(key, unreadable, durations).ConfigureAwait(false);
        tokens.Forget(key);
        Log.Disconnected(logger, key);
        Log.RevocationFailed(logger, key, unreadable);
        return new Disconnection { WasConnected = true, RevocationFailure = unreadable };
    }

    // Where the settings name another application or server by now, the token is nobody's business there.
    private Task RevokeAsync(TokenKey key, TokenEntry removed, CancellationToken cancellationToken)
    {
        StoredConnectionCheck.RequireFor(clients.Find(key), removed, key);
        return Revocation.RevokeAsync(servers.Of(key.Client), removed.Tokens, cancellationToken);
    }

    private static VismaConnectException NotTold(TokenKey key, Exception failure)
    {
        bool isCancelled = failure is OperationCanceledException;
        return new VismaConnectException($"Visma was not told of the end of {key}: {(isCancelled ? "the wait was cancelled." : failure.Message)}", failure)
        {
            IsTransient = isCancelled,
        };
    }

    // Of a client that the settings no longer name, connections can be ended too.
    private RenewalDurations DurationsOf(TokenKey key) =>
        RenewalDurations.For(settings.Current.Clients.ContainsKey(key.Client) ? clients.Find(key.Client).Options.GracePeriod : null);
}
