namespace Visma.Connect.Sdk.Benchmarks.Measuring;

/// <summary>The time of one call in each round, and the bytes that a call allocates.</summary>
internal sealed record Side(double[] Rounds, double Bytes)
{
    public double Nanoseconds => Median(Rounds);

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>The difference to the floor, round by round, because the speed of the machine changes.</summary>
    public double NanosecondsOver(Side floor) => Median(Rounds.Zip(floor.Rounds, (own, below) => own - below));

    public double TimesOf(Side floor) => Median(Rounds.Zip(floor.Rounds, (own, below) => own / below));
}
