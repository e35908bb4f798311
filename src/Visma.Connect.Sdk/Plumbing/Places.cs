namespace Visma.Connect.Sdk;

/// <summary>
/// Lets a limited number of works run at once. The others wait for a place, in the order in which they came; urgent works come before all others.
/// </summary>
/// <param name="count">The number of places. It may change.</param>
/// <remarks>Thread-safe.</remarks>
internal sealed class Places(Func<int> count)
{
    private readonly object _lock = new();
    private readonly Queue<TaskCompletionSource<IDisposable>> _urgent = new();
    private readonly Queue<TaskCompletionSource<IDisposable>> _others = new();
    private int _taken;

    /// <summary>Takes a place that is free. Null if none is free.</summary>
    public IDisposable? TryTake()
    {
        lock (_lock)
        {
            if (_taken >= count())
            {
                return null;
            }

            _taken++;
            return new Place(this);
        }
    }

    /// <summary>Takes a place, and waits for it without a time limit. The place is given back by <see cref="IDisposable.Dispose"/>.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public Task<IDisposable> TakeAsync(Urgency urgency, CancellationToken cancellationToken)
    {
        TaskCompletionSource<IDisposable> waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            // One can have become free since the caller looked.
            if (TryTake() is { } place)
            {
                return Task.FromResult(place);
            }

            _others.Enqueue(waiter);
            urgency.WhenUrgent(() => Prefer(waiter));
        }

        return WaitAsync(waiter, cancellationToken);
    }

    private static async Task<IDisposable> WaitAsync(TaskCompletionSource<IDisposable> waiter, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(() => waiter.TrySetCanceled(cancellationToken));
        return await waiter.Task.ConfigureAwait(false);
    }

    // The waiter stays in the other queue too. It gets a place once, from the queue that comes first.
    private void Prefer(TaskCompletionSource<IDisposable> waiter)
    {
        lock (_lock)
        {
            _urgent.Enqueue(waiter);
        }
    }

    private void GiveBack()
    {
        lock (_lock)
        {
            _taken--;
            while (_taken < count() && Next() is { } waiter)
            {
                if (waiter.TrySetResult(new Place(this)))
                {
                    _taken++;
                }
            }
        }
    }

    private TaskCompletionSource<IDisposable>? Next() => _urgent.Count > 0 ? _urgent.Dequeue() : _others.Count > 0 ? _others.Dequeue() : null;

    private sealed class Place(Places places) : IDisposable
    {
        private int _isGivenBack;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isGivenBack, 1) == 0)
            {
                places.GiveBack();
            }
        }
    }
}
