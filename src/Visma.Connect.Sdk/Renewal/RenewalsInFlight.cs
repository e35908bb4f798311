using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>
/// Work that a shutdown must not interrupt: a refresh token that was sent, and tokens that are not saved yet. A host that stops waits for it,
/// within its shutdown time-out, and starts no new work of this kind.
/// </summary>
/// <remarks>It waits after all hosted services have stopped, because they may need tokens until then. Thread-safe.</remarks>
internal sealed class RenewalsInFlight(ILogger logger) : IHostedLifecycleService, IDisposable, IAsyncDisposable
{
    // A set. The value is a reference, because the runtime has the code of such a dictionary ready.
    private readonly ConcurrentDictionary<Task, Task> _tasks = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _end = new();
    private volatile bool _hostCallsStopped;

    /// <summary>Whether the host is stopping, so that no renewal is started.</summary>
    public bool IsStopping => _stop.IsCancellationRequested;

    /// <summary>Cancelled when the host stops.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <exception cref="VismaConnectException">The host is stopping.</exception>
    public void RequireRunning()
    {
        if (_stop.IsCancellationRequested)
        {
            throw new VismaConnectException("The host is stopping, so no token is requested any more.")
            {
                IsTransient = true,
                WasHeldBack = true,
            };
        }
    }

    /// <summary>Runs the work. A stopping host waits for it.</summary>
    public async Task<T> DoAsync<T>(Func<Task<T>> act)
    {
        TaskCompletionSource<bool> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _tasks.TryAdd(ended.Task, ended.Task);
        try
        {
            return await act().ConfigureAwait(false);
        }
        finally
        {
            _tasks.TryRemove(ended.Task, out _);
            ended.SetResult(true);
        }
    }

    /// <summary>Pauses before work that has to succeed is tried again.</summary>
    /// <returns>True if the container is being disposed, so that only one more try is possible.</returns>
    public async Task<bool> PauseAsync(TimeProvider time, TimeSpan pause)
    {
        try
        {
            await time.Delay(pause, _end.Token).ConfigureAwait(false);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        _stop.Cancel();
        TaskCompletionSource<bool> hostGivesUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = cancellationToken.Register(() => hostGivesUp.TrySetResult(true));
        while (_tasks.Keys.ToArray() is { Length: > 0 } inFlight)
        {
            Task ended = await Task.WhenAny(Task.WhenAll(inFlight), hostGivesUp.Task).ConfigureAwait(false);
            if (ended == hostGivesUp.Task)
            {
                Log.ShutdownCutOff(logger, inFlight.Length);
                return;
            }
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _hostCallsStopped = true;
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // A host without IHostedLifecycleService calls nothing later than this.
    public Task StopAsync(CancellationToken cancellationToken) => _hostCallsStopped ? Task.CompletedTask : StoppedAsync(cancellationToken);

    // It cannot wait. The token sources are not disposed, because running work may still use them, and the container disposes twice.
    public void Dispose()
    {
        bool isFirst = !_end.IsCancellationRequested;
        End();
        if (isFirst && _tasks.Count is > 0 and int count)
        {
            Log.DisposedDuringRenewal(logger, count);
        }
    }

    /// <summary>Waits for running work, for a container without a host. It ends by itself, within the time of one renewal.</summary>
    public async ValueTask DisposeAsync()
    {
        End();
        await StoppedAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private void End()
    {
        _stop.Cancel();
        _end.Cancel();
    }
}
