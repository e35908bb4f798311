using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Ends the connections of a user that live no longer than the session at Visma: those without a refresh token.</summary>
/// <remarks>Thread-safe. It works in the background; connections are listed by one sign-out at a time.</remarks>
internal sealed class EndedConnections(
    VismaConnections connections,
    IOptions<VismaSignOutOptions> options,
    IOptionsMonitor<VismaConnectOptions> settings,
    EndpointLogger logger) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    public void EndInBackground(string? subject)
    {
        if (subject is not null && options.Value.EndConnectionsWithoutOfflineAccess && MayExist())
        {
            _ = Task.Run(() => EndAsync(subject));
        }
    }

    public void Dispose() => _one.Dispose();

    // With offline_access, every connection has a refresh token. Reading them all would be for nothing.
    private bool MayExist() => !settings.CurrentValue.Clients.TryGetValue(options.Value.Client, out VismaClientOptions? client)
        || !client.Scopes.Contains("offline_access", StringComparer.Ordinal);

    private async Task EndAsync(string subject)
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            await foreach (VismaConnection connection in connections.ListAsync().ConfigureAwait(false))
            {
                if (connection is { HasRefreshToken: false, State: ConnectionState.Active }
                    && string.Equals(connection.Key.Client, options.Value.Client, StringComparison.OrdinalIgnoreCase)
                    && connection.Subject == subject)
                {
                    await connections.DisconnectAsync(connection.Key.Client, connection.Name).ConfigureAwait(false);
                }
            }
        }
        catch (Exception failure)
        {
            SignOutLog.ConnectionsNotEnded(logger, failure);
        }
        finally
        {
            _one.Release();
        }
    }
}
