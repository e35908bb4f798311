using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk;

/// <summary>Logs a warning at the start of the host for each client with settings that are valid, and probably not meant.</summary>
internal sealed class ClientAdvice(LiveSettings settings, ClientDirectory clients, GuardedLogger logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (ConfiguredClient client in settings.Current.Clients.Keys.Select(clients.Find))
        {
            if (LacksGracePeriod(client))
            {
                Log.NoGracePeriod(logger, client.Name, Portal.Of(client.Authority));
            }

            if (HasPlainRedirectUri(client.Options))
            {
                Log.PlainRedirectUri(logger, client.Name);
            }
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Users connect with one-time refresh tokens: one lost reply then ends a connection. eAccounting has no grace period.
    private static bool LacksGracePeriod(ConfiguredClient client) =>
        client.Authority.GrantTypes.Contains(GrantTypes.AuthorizationCode)
        && !client.Authority.IsLegacy
        && !client.Authority.IsVismaOnline
        && client.UserScopes.Contains("offline_access")
        && client.Options is { RefreshTokens: RefreshTokenKind.OneTime, GracePeriod: null };

    // Plain http on another host (RFC 9700 section 2.6). It is no error: the host name may belong to this machine, for example during development.
    private static bool HasPlainRedirectUri(VismaClientOptions client) =>
        client.RedirectUri is not null && new Uri(client.RedirectUri) is { IsLoopback: false, Scheme: "http" };
}
