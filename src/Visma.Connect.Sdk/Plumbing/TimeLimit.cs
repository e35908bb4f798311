namespace Visma.Connect.Sdk;

/// <summary>A time limit that also holds for an operation that ignores its cancellation.</summary>
internal static class TimeLimit
{
    /// <exception cref="OperationCanceledException">The limit is reached, or the caller cancelled. The caller's token shows which.</exception>
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
        // It may fail after this method has returned.
        running.Observe();
        return await running.WaitAsync(Timeout.InfiniteTimeSpan, time, either).ConfigureAwait(false);
    }
}
