using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>
/// What must not be cut off by a shutdown: a refresh token that is on its way to the server, and tokens that are not saved yet. A host that
/// stops waits for these, within its own time-out, and begins no more of them.
/// </summary>
/// <remarks>It waits last of all hosted services, because the others may need tokens to come to an end. Thread-safe.</remarks>
internal sealed class RenewalsInFlight(ILoggerFactory loggers) : IHostedLifecycleService, IDisposable, IAsyncDisposable
{
    private readonly ConcurrentDictionary<Task, byte> _tasks = new();
    private readonly CancellationTokenSource _end = new();
    private volatile bool _isStopping;
    private volatile bool _hostKnowsStopped;

    /// <exception cref="VismaConnectException">The host is stopping.</exception>
    public void RequireRunning()
    {
        if (_isStopping)
        {
            throw new VismaConnectException("The host is stopping, so no renewal of a user token is begun.") { IsTransient = true };
        }
    }

    /// <summary>Does it, and has a stopping host wait for it from its very beginning.</summary>
    public async Task<T> DoAsync<T>(Func<Task<T>> act)
    {
        TaskCompletionSource<bool> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _tasks.TryAdd(ended.Task, 0);
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

    /// <summary>A pause between two tries of what has to succeed.</summary>
    /// <returns>Whether the container goes, so that only one more can be made.</returns>
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
        _isStopping = true;
        TaskCompletionSource<bool> hostGivesUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = cancellationToken.Register(() => hostGivesUp.TrySetResult(true));
        while (_tasks.Keys.ToArray() is { Length: > 0 } inFlight)
        {
            Task ended = await Task.WhenAny(Task.WhenAll(inFlight), hostGivesUp.Task).ConfigureAwait(false);
            if (ended == hostGivesUp.Task)
            {
                Log.ShutdownCutOff(loggers.CreateLogger(Log.Category), inFlight.Length);
                return;
            }
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _hostKnowsStopped = true;
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // An older host knows no later moment than this.
    public Task StopAsync(CancellationToken cancellationToken) => _hostKnowsStopped ? Task.CompletedTask : StoppedAsync(cancellationToken);

    // The source is not disposed of: what is in flight may still look at it, and the container comes by twice.
    public void Dispose()
    {
        _isStopping = true;
        _end.Cancel();
    }

    /// <summary>Waits for what is in flight, for a container without a host: it ends by itself, in the time of a renewal at most.</summary>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        await StoppedAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
