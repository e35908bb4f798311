using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk;

/// <summary>
/// Logs a warning at the start of the host for each client whose users connect with one-time refresh tokens and without a grace period: one
/// lost reply then ends a connection.
/// </summary>
internal sealed class GracePeriodAdvice(LiveSettings settings, ClientDirectory clients, GuardedLogger logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (ConfiguredClient client in settings.Current.Clients.Keys.Select(clients.Find).Where(LacksGracePeriod))
        {
            Log.NoGracePeriod(logger, client.Name, Portal.Of(client.Authority));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // eAccounting has no grace period.
    private static bool LacksGracePeriod(ConfiguredClient client) =>
        client.Authority.GrantTypes.Contains(GrantTypes.AuthorizationCode)
        && !client.Authority.IsLegacy
        && !client.Authority.IsVismaOnline
        && client.UserScopes.Contains("offline_access")
        && client.Options is { RefreshTokens: RefreshTokenKind.OneTime, GracePeriod: null };
}
