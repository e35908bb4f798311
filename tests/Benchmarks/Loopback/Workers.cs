using System.Diagnostics;

namespace Visma.Connect.Sdk.Benchmarks.Loopback;

/// <summary>200 workers that request the same token without a pause, and measure each call.</summary>
internal sealed class Workers(ITokenSource tokens, TokenKey key)
{
    private const int Count = 200;

    private long _calls;
    private int _held;
    private long _longest;

    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>The number of calls that had to wait for their token.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>The longest call since the last read of this value, including the time in which the operating system ran another thread.</summary>
    public TimeSpan TakeLongest() => Stopwatch.GetElapsedTime(0, Interlocked.Exchange(ref _longest, 0));

    public async Task RunAsync(Func<Task> meanwhile)
    {
        using CancellationTokenSource stop = new();
        Task[] workers = [.. Enumerable.Range(0, Count).Select(_ => Task.Run(() => WorkAsync(stop.Token)))];
        await meanwhile();
        await stop.CancelAsync();
        await Task.WhenAll(workers);
    }

    private async Task WorkAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            long start = Stopwatch.GetTimestamp();
            ValueTask<AccessToken> pending = tokens.GetTokenAsync(key, CancellationToken.None);
            if (!pending.IsCompletedSuccessfully)
            {
                Interlocked.Increment(ref _held);
            }

            await pending;
            Record(Stopwatch.GetTimestamp() - start);
            await Task.Yield();
        }
    }

    private void Record(long took)
    {
        Interlocked.Increment(ref _calls);
        long longest;
        while (took > (longest = Interlocked.Read(ref _longest)) && Interlocked.CompareExchange(ref _longest, took, longest) != longest)
        {
        }
    }
}
