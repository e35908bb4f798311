using System.Diagnostics;

namespace Visma.Connect.Sdk.Benchmarks.Micro;

/// <summary>
/// Runs two actions in turns, some microseconds each, so that both have the same conditions. The fastest hundredth of each counts, because
/// other programs can only add time. Results differ by about 20 ns from run to run, on a busy machine too.
/// </summary>
internal sealed record Alternating(double Baseline, double Library, long BaselineBytes, long LibraryBytes)
{
    private const int Turns = 20_000;
    private const int CallsPerTurn = 100;

    public double Ratio => Library / Baseline;

    public double BytesRatio => (double)LibraryBytes / BaselineBytes;

    public double OverBaseline => Library - Baseline;

    public long BytesOverBaseline => LibraryBytes - BaselineBytes;

    public static Alternating Measure(Action baseline, Action library)
    {
        WarmUp(baseline, library);
        double[] ofBaseline = new double[Turns];
        double[] ofLibrary = new double[Turns];
        for (int turn = 0; turn < Turns; turn++)
        {
            ofBaseline[turn] = NanosecondsPerCall(baseline);
            ofLibrary[turn] = NanosecondsPerCall(library);
        }

        return new Alternating(Quick(ofBaseline), Quick(ofLibrary), BytesPerCall(baseline), BytesPerCall(library));
    }

    // The runtime installs optimised code during the pauses.
    private static void WarmUp(Action baseline, Action library)
    {
        for (int round = 0; round < 6; round++)
        {
            Repeat(baseline, 20_000);
            Repeat(library, 20_000);
            Thread.Sleep(200);
        }
    }

    private static double NanosecondsPerCall(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        Repeat(action, CallsPerTurn);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / CallsPerTurn;
    }

    private static long BytesPerCall(Action action)
    {
        const int Calls = 1000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(action, Calls);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
    }

    private static void Repeat(Action action, int times)
    {
        for (int time = 0; time < times; time++)
        {
            action();
        }
    }

    private static double Quick(double[] times) => times.Order().ElementAt(times.Length / 100);
}
