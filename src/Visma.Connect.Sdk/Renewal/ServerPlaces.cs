using System.Collections.Concurrent;

namespace Visma.Connect.Sdk;

/// <summary>
/// The places for works of one kind at each identity server. Without them, the works of a herd would keep each other from the token cache and the
/// server until their time limits end. A server that does not answer keeps no place of another one.
/// </summary>
/// <param name="count">The number of places at each server. It may change.</param>
/// <param name="inFlight">Ends the wait for a place when the host stops.</param>
/// <remarks>Thread-safe.</remarks>
internal sealed class ServerPlaces(Func<int> count, RenewalsInFlight inFlight)
{
    private readonly ConcurrentDictionary<Uri, Places> _places = new();

    /// <summary>Takes a place that is free, which is given back by <see cref="IDisposable.Dispose"/>. Null if none is free.</summary>
    public IDisposable? TryTake(VismaAuthority server) => PlacesAt(server).TryTake();

    /// <summary>Takes a place, which is given back by <see cref="IDisposable.Dispose"/>.</summary>
    /// <exception cref="VismaConnectException">There was none, and the host is stopping.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public async Task<IDisposable> TakeAsync(VismaAuthority server, Urgency urgency, CancellationToken ended = default)
    {
        using CancellationTokenSource? both = ended.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(inFlight.Stopping, ended) : null;
        try
        {
            return await PlacesAt(server).TakeAsync(urgency, both?.Token ?? inFlight.Stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            inFlight.RequireRunning();
            throw;
        }
    }

    private Places PlacesAt(VismaAuthority server) => _places.GetOrAdd(server.TokenEndpoint, _ => new Places(count));
}
