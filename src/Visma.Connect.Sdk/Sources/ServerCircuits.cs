using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>The circuit breaker of each token endpoint: while the server gives no usable answers, requests for service tokens fail at once.</summary>
/// <remarks>Thread-safe. A circuit breaker is made after the first failure of a server, so that an application without failures does not load Polly.</remarks>
internal sealed class ServerCircuits(Func<TokenRequestOptions> settings, Signals signals, TimeProvider time, ILogger logger)
{
    private readonly ConcurrentDictionary<Uri, ServerCircuit> _circuits = new();

    /// <summary>The circuit breaker of a server. Null if the server has not failed, or circuit breakers are switched off.</summary>
    public ServerCircuit? Find(VismaAuthority server)
    {
        TokenRequestOptions current = settings();
        return current.Enabled && _circuits.TryGetValue(server.TokenEndpoint, out ServerCircuit? circuit) && circuit.IsOf(current) ? circuit : null;
    }

    /// <summary>Counts a failure of a server for which <see cref="Find"/> gave null.</summary>
    /// <returns>The request as it ends: with this failure, or held back if the circuit breaker is open by now.</returns>
    public Task<TokenResponse> CountAsync(VismaAuthority server, VismaConnectException failure)
    {
        TokenRequestOptions current = settings();
        // A circuit breaker that is open asks for no task. Nobody would observe one that was made before.
        Task<TokenResponse> Fail() => Task.FromException<TokenResponse>(failure);
        return current.Enabled ? CircuitOf(server.TokenEndpoint, current).SendAsync(Fail) : Fail();
    }

    /// <summary>Whether the server as a whole may have failed: no answer, or 5xx.</summary>
    public static bool IsOfServer(Exception? failure) =>
        failure is VismaConnectException { IsTransient: true, WasHeldBack: false, StatusCode: not (HttpStatusCode)429 };

    private ServerCircuit CircuitOf(Uri endpoint, TokenRequestOptions current) => _circuits.AddOrUpdate(
        endpoint,
        _ => new ServerCircuit(endpoint, current, signals, time, logger),
        (_, circuit) => circuit.IsOf(current) ? circuit : new ServerCircuit(endpoint, current, signals, time, logger));
}
