using System.Diagnostics;

namespace Visma.Connect.Sdk.Benchmarks.Measuring;

/// <summary>
/// Runs several sides in turns of some milliseconds in one process, so that all have the same conditions. A turn is long enough to contain garbage
/// collections of its own. Medians count.
/// </summary>
internal sealed class Turns
{
    /// <summary>
    /// By the time of the processor, so that other programs hardly count; of all threads, so that garbage collections do. Windows counts it in steps that
    /// are longer than a turn.
    /// </summary>
    public static readonly Turns OfProcessor = new(() => OperatingSystem.IsWindows() ? Elapsed() : Environment.CpuUsage.TotalTime);

    /// <summary>By the clock, where the work is in another process or on a disk.</summary>
    public static readonly Turns OfClock = new(Elapsed);

    private const int Rounds = 101;
    private const int MostCalls = 50_000;

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(8);

    private readonly Func<TimeSpan> _now;

    private Turns(Func<TimeSpan> now) => _now = now;

    public IReadOnlyList<Side> Measure(params IReadOnlyList<Action> sides)
    {
        WarmUp(sides);
        int[] calls = [.. sides.Select(CallsPerTurn)];
        double[][] nanoseconds = [.. sides.Select(_ => new double[Rounds])];
        for (int round = 0; round < Rounds; round++)
        {
            for (int side = 0; side < sides.Count; side++)
            {
                nanoseconds[side][round] = Time(sides[side], calls[side]).TotalNanoseconds / calls[side];
            }
        }

        return [.. sides.Select((side, index) => new Side(nanoseconds[index], BytesPerCall(side, calls[index])))];
    }

    // The runtime installs optimised code during the pauses.
    private void WarmUp(IReadOnlyList<Action> sides)
    {
        for (int round = 0; round < 6; round++)
        {
            foreach (Action side in sides)
            {
                Repeat(side, CallsPerTurn(side));
            }

            Thread.Sleep(200);
        }
    }

    private int CallsPerTurn(Action side)
    {
        int calls = 1;
        TimeSpan took;
        while ((took = Time(side, calls)) < Turn / 2 && calls < MostCalls)
        {
            calls = Math.Min(MostCalls, calls * 2);
        }

        return Math.Clamp((int)(calls * (Turn / took)), 1, MostCalls);
    }

    // Of all threads, because a side may use more than one. The median leaves out the work of the runtime.
    private static double BytesPerCall(Action side, int callsPerTurn)
    {
        int calls = Math.Min(1000, callsPerTurn);
        return Side.Median(Enumerable.Range(0, 9).Select(_ =>
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Repeat(side, calls);
            return (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / calls;
        }));
    }

    private static TimeSpan Elapsed() => Stopwatch.GetElapsedTime(0);

    private static void Repeat(Action side, int times)
    {
        for (int time = 0; time < times; time++)
        {
            side();
        }
    }

    private TimeSpan Time(Action side, int calls)
    {
        TimeSpan start = _now();
        Repeat(side, calls);
        return _now() - start;
    }
}
