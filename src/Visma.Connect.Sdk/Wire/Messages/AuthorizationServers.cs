using System.Collections.Concurrent;

namespace Visma.Connect.Sdk;

/// <summary>Finds the identity server of a client by the name of the client.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class AuthorizationServers(ClientDirectory clients, IHttpClientFactory http, Signals signals, TimeProvider time, GuardedLogger logger)
{
    private readonly ConcurrentDictionary<string, AuthorizationServer> _servers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the identity server of a client. The server reads the settings of the client for each request.</summary>
    public AuthorizationServer Of(string client) => _servers.GetOrAdd(client, Create);

    private AuthorizationServer Create(string client) => new(
        () => clients.Find(client),
        () => TokenHttpClientDefaults.Configure(http.CreateClient(TokenHttpClientDefaults.Name)),
        signals,
        time,
        logger);
}
