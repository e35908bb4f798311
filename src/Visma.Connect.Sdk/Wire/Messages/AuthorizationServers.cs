using System.Collections.Concurrent;

namespace Visma.Connect.Sdk;

/// <summary>Finds the identity server of a client by the name of the client.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class AuthorizationServers(
    ClientDirectory clients, KnownMetadata metadata, ServerExchange exchange, TimeProvider time, GuardedLogger logger)
{
    private readonly DiscoveredEndpoints _endpoints = new(metadata, exchange, time);
    private readonly ConcurrentDictionary<string, AuthorizationServer> _servers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Returns the identity server of a client. The server reads the settings of the client for each request. A name that is not in the settings is
    /// not remembered: names can come from requests.
    /// </summary>
    public AuthorizationServer Of(string client) => clients.Has(client) ? _servers.GetOrAdd(client, Create) : Create(client);

    /// <summary>Reads the endpoints of a client's authority from its discovery document, if its settings say so and they are not known.</summary>
    /// <exception cref="InvalidOperationException">The client does not exist.</exception>
    /// <exception cref="VismaConnectException">They cannot be read. Nothing else was sent.</exception>
    public Task DiscoverAsync(string client, CancellationToken cancellationToken = default) =>
        clients.Find(client).Authority.IsDiscovered ? Of(client).DiscoverAsync(cancellationToken) : Task.CompletedTask;

    private AuthorizationServer Create(string client) => new(() => clients.Find(client), exchange, time, logger, _endpoints);
}
