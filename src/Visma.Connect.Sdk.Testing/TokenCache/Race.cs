namespace Visma.Connect.Sdk.Testing.TokenCache;

/// <summary>Makes calls at the same time.</summary>
internal static class Race
{
    /// <summary>Makes the calls, and returns their results in the same order.</summary>
    public static async Task<T[]> RunAsync<T>(IEnumerable<Func<ValueTask<T>>> calls)
    {
        // Each call has its own thread: a cache may do all its work before it returns, and one thread would then make the calls one after
        // the other.
        TaskCompletionSource start = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<Task<T>> running = [.. calls.Select(call => Task.Run(() => RunAsync(start.Task, call)))];
        start.SetResult();
        return await Task.WhenAll(running).ConfigureAwait(false);
    }

    private static async Task<T> RunAsync<T>(Task start, Func<ValueTask<T>> call)
    {
        await start.ConfigureAwait(false);
        return await call().ConfigureAwait(false);
    }
}
