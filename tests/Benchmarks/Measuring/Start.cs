using System.Diagnostics;
using System.Globalization;

namespace Visma.Connect.Sdk.Benchmarks.Measuring;

/// <summary>One start of a process of tests/ColdStart or tests/ColdStart.Peers.</summary>
/// <param name="Elapsed">Milliseconds until its call has ended.</param>
/// <param name="Processor">Milliseconds of the processor.</param>
/// <param name="Methods">The methods that were compiled.</param>
/// <param name="Kilobytes">The loaded DLLs that are not .NET's.</param>
internal sealed record Start(double Elapsed, double Processor, double Methods, double Kilobytes)
{
    private const string Mark = "figures ";

    public static Start Of(string directory, string project, string arguments)
    {
        ProcessStartInfo info = new("dotnet", $"{Path.Combine(directory, project + ".dll")} {arguments}") { RedirectStandardOutput = true };
        using Process process = Process.Start(info)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        string line = output.Split('\n').LastOrDefault(line => line.StartsWith(Mark, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"{project} {arguments} printed no figures: {output}");
        double[] printed = [.. line[Mark.Length..].Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        return new Start(printed[0], printed[1], printed[2], printed[3] / 1000);
    }
}
