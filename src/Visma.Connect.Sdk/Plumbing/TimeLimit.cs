namespace Visma.Connect.Sdk;

/// <summary>A time limit that also holds for an operation that ignores its cancellation.</summary>
internal static class TimeLimit
{
    /// <summary>
    /// Runs an operation on another thread, because it may block its thread. The limit counts from when it runs: the time until a thread is free is not
    /// the operation's.
    /// </summary>
    /// <exception cref="OperationCanceledException">The limit is reached.</exception>
    public static async Task<T> RunWithinAsync<T>(this TimeProvider time, TimeSpan limit, Func<CancellationToken, Task<T>> operation)
    {
        TaskCompletionSource<CancellationTokenSource> begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<T> running = Task.Run(() =>
        {
            CancellationTokenSource limited = time.CreateCancellationTokenSource(limit);
            begun.SetResult(limited);
            return operation(limited.Token);
        });
        // It may fail after this method has returned.
        running.Observe();
        using CancellationTokenSource timer = await begun.Task.ConfigureAwait(false);
        return await running.WaitAsync(Timeout.InfiniteTimeSpan, time, timer.Token).ConfigureAwait(false);
    }
}
