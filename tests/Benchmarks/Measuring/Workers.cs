using System.Diagnostics;
using Visma.Connect.Sdk.Benchmarks.Peers;

namespace Visma.Connect.Sdk.Benchmarks.Measuring;

/// <summary>200 workers that call without a pause.</summary>
internal static class Workers
{
    private const int Count = 200;

    /// <param name="caller">Makes the calls.</param>
    /// <param name="time">How long.</param>
    /// <param name="heldAfter">A call is held if it is not over at once and takes this time.</param>
    public static async Task<WorkerCounts> RunAsync(ICaller caller, TimeSpan time, TimeSpan heldAfter)
    {
        long start = Stopwatch.GetTimestamp();
        WorkerCounts[] counts = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => Task.Run(() => WorkAsync(caller, start, time, heldAfter))));
        return new WorkerCounts(counts.Sum(one => one.Calls), counts.Sum(one => one.Held), Stopwatch.GetElapsedTime(start));
    }

    private static async Task<WorkerCounts> WorkAsync(ICaller caller, long start, TimeSpan time, TimeSpan heldAfter)
    {
        int calls = 0;
        int held = 0;
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            long callStart = Stopwatch.GetTimestamp();
            Task call = caller.CallAsync();
            bool isOverAtOnce = call.IsCompleted;
            await call;
            held += !isOverAtOnce && Stopwatch.GetElapsedTime(callStart) >= heldAfter ? 1 : 0;
            calls++;
            await Task.Yield();
        }

        return new WorkerCounts(calls, held, time);
    }
}

internal sealed record WorkerCounts(int Calls, int Held, TimeSpan Took)
{
    public double CallsPerSecond => Calls / Took.TotalSeconds;
}
