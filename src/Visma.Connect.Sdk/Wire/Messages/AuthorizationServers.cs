using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>The identity server of each client, by the client's name.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class AuthorizationServers(ClientDirectory clients, IHttpClientFactory http, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<string, AuthorizationServer> _servers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the identity server of a client. It reads the client's settings again at each request.</summary>
    public AuthorizationServer Of(string client) => _servers.GetOrAdd(client, Create);

    private AuthorizationServer Create(string client) => new(
        () => clients.Find(client),
        () => TokenHttpClientDefaults.Configure(http.CreateClient(TokenHttpClientDefaults.Name)),
        time,
        loggers.CreateLogger(Log.Category));
}
