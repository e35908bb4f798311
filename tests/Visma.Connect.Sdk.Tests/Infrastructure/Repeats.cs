namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>Moves a hand-set clock to the limit of a request, and through the waits before its repeats.</summary>
public static class Repeats
{
    // With the default settings the wait before the second repeat is about 0.4 s. Other timers are longer: an operation of the token cache has 2 s.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1.9);

    /// <summary>
    /// Waits until a timer of exactly this length is set, and advances the clock by it. A server can have a request before the time limit of the request is set,
    /// and a limit that is set after the clock was advanced does not end.
    /// </summary>
    public static async Task PassAsync(this ManualTime time, TimeSpan limit)
    {
        await Eventually.TrueAsync(() => time.PendingTimers.Contains(limit), $"a time limit of {limit.TotalSeconds:0.#} s");
        time.Advance(limit);
    }

    /// <summary>Advances the clock from wait to wait until a call has ended, however it ended.</summary>
    public static async Task UntilEndAsync(this ManualTime time, Task call, TimeSpan? longestWait = null)
    {
        TimeSpan longest = longestWait ?? LongestWait;
        while (true)
        {
            await Eventually.TrueAsync(() => call.IsCompleted || time.PendingTimers.Any(timer => timer <= longest), "the end of a call, or its next repeat");
            if (call.IsCompleted)
            {
                return;
            }

            time.Advance(time.PendingTimers.Where(timer => timer <= longest).DefaultIfEmpty().Min());
        }
    }

    /// <summary>Returns the result of a call, after its repeats.</summary>
    public static async Task<T> ResultAsync<T>(this ManualTime time, Task<T> call, TimeSpan? longestWait = null)
    {
        await time.UntilEndAsync(call, longestWait);
        return await call;
    }

    /// <summary>Returns the failure of a call, after its repeats.</summary>
    public static async Task<VismaConnectException> FailureAsync(this ManualTime time, Task call, TimeSpan? longestWait = null)
    {
        await time.UntilEndAsync(call, longestWait);
        return await Assert.ThrowsAsync<VismaConnectException>(() => call);
    }
}
