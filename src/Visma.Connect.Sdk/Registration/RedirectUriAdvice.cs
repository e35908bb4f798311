using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk;

/// <summary>
/// Logs a warning at the start of the host for each client whose redirect URI is plain http on another host (RFC 9700 section 2.6). It is no error:
/// the host name may belong to this machine, for example a local name during development.
/// </summary>
internal sealed class RedirectUriAdvice(LiveSettings settings, GuardedLogger logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach ((string name, VismaClientOptions client) in settings.Current.Clients)
        {
            if (client.RedirectUri is not null && new Uri(client.RedirectUri) is { IsLoopback: false, Scheme: "http" })
            {
                Log.PlainRedirectUri(logger, name);
            }
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
