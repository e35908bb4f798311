using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk;

/// <summary>Refuses the start of a host whose users connect and whose token cache would forget them, instead of the first consent.</summary>
/// <remarks>
/// A client of users is recognised by its authority, which has no service tokens, or by its scope offline_access. Any other client can be for services
/// alone; if users connect to it too, the first consent is refused.
/// </remarks>
internal sealed class LastingCacheStart(LastingCacheRule lastingCache, LiveSettings settings, ClientDirectory clients) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Current.Clients.Keys.Select(clients.Find).Any(IsForUsers))
        {
            lastingCache.Require();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool IsForUsers(ConfiguredClient client) =>
        !client.Authority.GrantTypes.Contains(GrantTypes.ClientCredentials) || client.Options.Scopes.Contains("offline_access");
}
