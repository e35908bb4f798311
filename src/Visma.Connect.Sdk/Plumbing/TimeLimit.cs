namespace Visma.Connect.Sdk;

/// <summary>A limit of time that holds whether or not the operation heeds its cancellation.</summary>
internal static class TimeLimit
{
    /// <exception cref="OperationCanceledException">The time is up, or the caller cancelled: its own token tells which.</exception>
    public static async Task<T> WithinAsync<T>(
        this TimeProvider time,
        TimeSpan limit,
        Func<CancellationToken, Task<T>> operation,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource timer = time.CreateCancellationTokenSource(limit);
        using CancellationTokenSource? linked = cancellationToken.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken)
            : null;
        CancellationToken either = (linked ?? timer).Token;
        Task<T> running = operation(either);
        // It may fail after it was given up.
        running.Observe();
        return await running.WaitAsync(Timeout.InfiniteTimeSpan, time, either).ConfigureAwait(false);
    }
}
