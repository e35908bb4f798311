using System.Collections.Concurrent;

namespace Visma.Connect.Sdk;

/// <summary>Finds the identity server of a client by the name of the client.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class AuthorizationServers
{
    private readonly ClientDirectory _clients;
    private readonly ServerExchange _exchange;
    private readonly TimeProvider _time;
    private readonly GuardedLogger _logger;
    private readonly DiscoveredEndpoints _endpoints;
    private readonly ConcurrentDictionary<string, AuthorizationServer> _servers = new(StringComparer.OrdinalIgnoreCase);

    public AuthorizationServers(
        ClientDirectory clients,
        KnownMetadata metadata,
        IHttpClientFactory http,
        RequestRepeats repeats,
        Signals signals,
        TimeProvider time,
        GuardedLogger logger)
    {
        _clients = clients;
        _exchange = new ServerExchange(() => TokenHttpClientDefaults.Configure(http.CreateClient(TokenHttpClientDefaults.Name)), repeats, signals, time);
        _time = time;
        _logger = logger;
        _endpoints = new DiscoveredEndpoints(metadata, _exchange, time);
    }

    /// <summary>Returns the identity server of a client. The server reads the settings of the client for each request.</summary>
    public AuthorizationServer Of(string client) => _servers.GetOrAdd(client, Create);

    /// <summary>Reads the endpoints of a client's authority from its discovery document, if its settings say so and they are not known.</summary>
    /// <exception cref="InvalidOperationException">The client does not exist.</exception>
    /// <exception cref="VismaConnectException">They cannot be read. Nothing else was sent.</exception>
    public Task DiscoverAsync(string client, CancellationToken cancellationToken = default) =>
        _clients.Find(client).Authority.IsDiscovered ? Of(client).DiscoverAsync(cancellationToken) : Task.CompletedTask;

    private AuthorizationServer Create(string client) => new(() => _clients.Find(client), _exchange, _time, _logger, _endpoints);
}
