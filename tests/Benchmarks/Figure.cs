namespace Visma.Connect.Sdk.Benchmarks;

/// <summary>One line of the table: the measurement, its bar, and the result.</summary>
internal sealed record Figure(string What, string Bar, string Measured)
{
    public static void Print(IEnumerable<Figure> figures)
    {
        List<Figure> lines = [new("what", "bar", "measured"), .. figures];
        int what = lines.Max(line => line.What.Length);
        int bar = lines.Max(line => line.Bar.Length);
        Console.WriteLine();
        foreach (Figure line in lines)
        {
            Console.WriteLine($"| {line.What.PadRight(what)} | {line.Bar.PadRight(bar)} | {line.Measured}");
        }
    }
}
