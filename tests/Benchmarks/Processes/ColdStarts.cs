using System.Diagnostics;
using System.Globalization;

namespace Visma.Connect.Sdk.Benchmarks.Processes;

/// <summary>The start of an application (tests/ColdStart) until its first call has ended, with and without the library, in turns.</summary>
internal static class ColdStarts
{
    private const int Turns = 15;

    public static IEnumerable<Figure> Measure()
    {
        string build = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../ColdStart"));
        string compiled = Path.Combine(build, "bin/ReadyToRun");
        yield return Compare("console", "at most +15 ms", Path.Combine(build, "bin/Release/net10.0"), "");
        yield return Compare("console, later responses", "no bar", Path.Combine(build, "bin/Release/net10.0"), "later");
        yield return Compare("host with StartAsync", "at most +15 ms", Path.Combine(build, "bin/Release/net10.0"), "host");
        if (!TryPublish(build, compiled))
        {
            yield return new Figure("cold start, ReadyToRun", "at most +8 ms", "not measured: dotnet publish failed");
            yield break;
        }

        yield return Compare("console, ReadyToRun", "at most +8 ms", compiled, "");
        yield return Compare("host with StartAsync, ReadyToRun", "at most +8 ms", compiled, "host");
    }

    private static Figure Compare(string what, string bar, string directory, string arguments)
    {
        List<Start> floors = [];
        List<Start> libraries = [];
        for (int turn = 0; turn < Turns; turn++)
        {
            floors.Add(Start.Of(directory, "floor " + arguments));
            libraries.Add(Start.Of(directory, "library " + arguments));
        }

        return new Figure(
            $"cold start, {what}",
            bar,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Median(libraries, one => one.Milliseconds) - Median(floors, one => one.Milliseconds):+0;-0} ms (floor: "
                + $"{Median(floors, one => one.Milliseconds):0} ms); "
                + $"processor {libraries.Min(one => one.Processor) - floors.Min(one => one.Processor):+0;-0} ms; "
                + $"methods compiled {Median(libraries, one => one.Methods):0} (floor: {Median(floors, one => one.Methods):0})"));
    }

    private static bool TryPublish(string project, string output)
    {
        string runtime = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier;
        string command = $"publish {project} -c Release -r {runtime} --self-contained false -p:PublishReadyToRun=true -o {output} -v q";
        using Process publishing = Process.Start(new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true })!;
        publishing.StandardOutput.ReadToEnd();
        publishing.WaitForExit();
        return publishing.ExitCode == 0;
    }

    private static double Median(IEnumerable<Start> starts, Func<Start, double> value) => starts.Select(value).Order().ElementAt(Turns / 2);

    /// <summary>One process: the time until the end of its call, its processor time, and the methods that were compiled.</summary>
    private sealed record Start(double Milliseconds, double Processor, double Methods)
    {
        public static Start Of(string directory, string arguments)
        {
            ProcessStartInfo info = new("dotnet", $"{Path.Combine(directory, "ColdStart.dll")} {arguments}") { RedirectStandardOutput = true };
            using Process process = Process.Start(info)!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            double[] printed = [.. output.Split('\n')[^2].Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
            return new Start(printed[0], printed[1], printed[2]);
        }
    }
}
