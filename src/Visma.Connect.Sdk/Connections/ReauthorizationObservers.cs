using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Calls every observer of the application when connections have ended.</summary>
/// <param name="scopes">Creates a scope for each notice. The observers come from it, so they may be singletons or scoped services.</param>
/// <param name="clients">The clients, which have the APIs of a connection.</param>
/// <param name="inFlight">A stopping host waits for a notice, within <see cref="LongestNotice"/>.</param>
/// <param name="time">The clock of that limit.</param>
/// <param name="logger">The library's log.</param>
/// <param name="hostStopped">Is cancelled when the host has stopped.</param>
internal sealed class ReauthorizationObservers(
    IServiceScopeFactory scopes,
    ClientDirectory clients,
    RenewalsInFlight inFlight,
    TimeProvider time,
    ILogger logger,
    CancellationToken hostStopped) : IDisposable
{
    // How long a stopping host waits for an observer. The observer itself has no limit.
    private static readonly TimeSpan LongestNotice = TimeSpan.FromSeconds(5);

    // Not disposed, because an observer that is still running may use its token.
    private readonly CancellationTokenSource _stopped = CancellationTokenSource.CreateLinkedTokenSource(hostStopped);

    public async Task NotifyAsync(IReadOnlyList<EndedConnection> ended, ReauthorizationCause cause)
    {
        try
        {
            await inFlight.DoAsync(
                () => DetachedWork.Run(() => NotifyAllAsync(ended, cause)).WaitAsync(LongestNotice, time, CancellationToken.None)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The observers go on. The host waits no longer for them.
        }
    }

    /// <summary>Cancels the observers. Their own callbacks run on another thread, so they cannot interrupt the disposal of the container.</summary>
    public void Dispose() => _ = DetachedWork.Run(() =>
    {
        _stopped.Cancel();
        return Task.FromResult(true);
    });

    private async Task<bool> NotifyAllAsync(IReadOnlyList<EndedConnection> ended, ReauthorizationCause cause)
    {
        TokenKey key = ended[0].Key;
        try
        {
            Reauthorization notice = new([.. ended.Select(end => VismaConnection.Of(end.Key, end.Entry, clients.ApisOf(end.Key.Client)))], cause);
            AsyncServiceScope scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                // On threads of their own, because an observer that blocks its thread must not delay the others.
                IEnumerable<IReauthorizationObserver> observers = scope.ServiceProvider.GetServices<IReauthorizationObserver>();
                await Task.WhenAll(observers.Select(observer => Task.Run(() => NotifyAsync(observer, key, notice)))).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            // The container could not create the observers, for example because it has been disposed.
            Log.ObserverFailed(logger, key, failure);
        }

        return true;
    }

    private async Task NotifyAsync(IReauthorizationObserver observer, TokenKey key, Reauthorization notice)
    {
        try
        {
            await observer.OnReauthorizationRequiredAsync(notice, _stopped.Token).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Log.ObserverFailed(logger, key, failure);
        }
    }
}
