namespace Visma.Connect.Sdk.Testing;

/// <summary>Calls that are made at the same moment.</summary>
internal static class Race
{
    /// <summary>Makes the calls, and says what each returned.</summary>
    public static async Task<T[]> RunAsync<T>(IEnumerable<Func<ValueTask<T>>> calls)
    {
        // Each on a thread of the pool, as a cache that does all its work at the call would do one after the other.
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
