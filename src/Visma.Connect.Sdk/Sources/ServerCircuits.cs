using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>The circuit breaker of each token endpoint: while the server gives no usable answers, requests for service tokens fail at once.</summary>
/// <remarks>Thread-safe. A circuit breaker is made after the first failure of a server, so that an application without failures does not load Polly.</remarks>
internal sealed class ServerCircuits(Func<TokenRequestOptions> settings, Signals signals, TimeProvider time, ILogger logger)
{
    private readonly ConcurrentDictionary<Uri, ServerCircuit> _circuits = new();

    /// <summary>Whether the circuit breaker of a server is open, or lets one request pass to try the server.</summary>
    public bool IsOpenFor(VismaAuthority server)
    {
        TokenRequestOptions current = settings();
        return current.Enabled && _circuits.TryGetValue(server.TokenEndpoint, out ServerCircuit? circuit) && circuit.IsOf(current) && circuit.IsOpen;
    }

    /// <summary>Requests a token, unless the circuit breaker is open.</summary>
    /// <exception cref="VismaConnectException">The request failed, or nothing was sent because of earlier failures.</exception>
    public async Task<TokenResponse> SendAsync(VismaAuthority server, Func<Task<TokenResponse>> request)
    {
        TokenRequestOptions current = settings();
        if (!current.Enabled)
        {
            return await request().ConfigureAwait(false);
        }

        if (_circuits.TryGetValue(server.TokenEndpoint, out ServerCircuit? circuit) && circuit.IsOf(current))
        {
            return await circuit.SendAsync(request).ConfigureAwait(false);
        }

        try
        {
            return await request().ConfigureAwait(false);
        }
        catch (VismaConnectException failure) when (IsOfServer(failure))
        {
            return await CircuitOf(server.TokenEndpoint, current).SendAsync(() => Task.FromException<TokenResponse>(failure)).ConfigureAwait(false);
        }
    }

    /// <summary>Whether the server as a whole may have failed: no answer, or 5xx.</summary>
    public static bool IsOfServer(Exception? failure) =>
        failure is VismaConnectException { IsTransient: true, WasHeldBack: false, StatusCode: not (HttpStatusCode)429 };

    private ServerCircuit CircuitOf(Uri endpoint, TokenRequestOptions current) => _circuits.AddOrUpdate(
        endpoint,
        _ => new ServerCircuit(endpoint, current, signals, time, logger),
        (_, circuit) => circuit.IsOf(current) ? circuit : new ServerCircuit(endpoint, current, signals, time, logger));
}
