using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Calls every observer of the application when a connection has ended.</summary>
/// <param name="observers">Gets the observers. Only called when a connection has ended, because an observer may itself depend on the library.</param>
/// <param name="clients">The clients, which have the APIs of a connection.</param>
/// <param name="logger">The library's log.</param>
/// <param name="hostStopped">Is cancelled when the host has stopped.</param>
internal sealed class ReauthorizationObservers(
    Func<IEnumerable<IReauthorizationObserver>> observers,
    ClientDirectory clients,
    ILogger logger,
    CancellationToken hostStopped) : IDisposable
{
    // Never disposed of: an observer that is still running may use its token.
    private readonly CancellationTokenSource _stopped = CancellationTokenSource.CreateLinkedTokenSource(hostStopped);

    public async Task NotifyAsync(TokenKey key, TokenEntry entry)
    {
        try
        {
            VismaConnection ended = VismaConnection.Of(key, entry, clients.ApisOf(key.Client));
            await Task.WhenAll(observers().Select(observer => NotifyAsync(observer, key, ended))).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // The container could not create the observers, for example because it has been disposed.
            Log.ObserverFailed(logger, key, failure);
        }
    }

    public void Dispose() => _stopped.Cancel();

    private async Task NotifyAsync(IReauthorizationObserver observer, TokenKey key, VismaConnection ended)
    {
        try
        {
            await observer.OnReauthorizationRequiredAsync(ended, _stopped.Token).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Log.ObserverFailed(logger, key, failure);
        }
    }
}
