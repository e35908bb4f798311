using System.Diagnostics;

namespace Visma.Connect.Sdk.Mutations;

/// <summary>One run of tests in a process of its own.</summary>
/// <param name="HasFailed">Whether a test failed, or the process ended otherwise than by its end.</param>
/// <param name="Why">The test that failed first, or what else happened.</param>
/// <param name="Methods">The methods of the tests that failed. Empty if no test failed, or if one of them has a display name of its own.</param>
/// <param name="IsReached">Whether the changed code was executed.</param>
internal sealed record TestRun(bool HasFailed, string Why, IReadOnlyList<string> Methods, bool IsReached)
{
    private const string Prefix = "Visma.Connect.Sdk.Tests.";
    private const string Failed = "[FAIL]";

    // A slip can take memory without end.
    private const string MostMemory = "0xA0000000";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <summary>Runs the tests of classes; of all but those that read the compiled code, if there are none.</summary>
    /// <param name="copy">The copy of the repository.</param>
    /// <param name="slip">The name of the slip that is on. Null if none is.</param>
    /// <param name="classes">The classes, with wildcards.</param>
    /// <param name="stops">Whether the run ends with the first test that fails.</param>
    public static TestRun OfClasses(SourceCopy copy, string? slip, IReadOnlyCollection<string> classes, bool stops = true)
    {
        IEnumerable<string> filter = classes.Count == 0 ? ["-class-", "*Tests.Architecture.*"] : classes.SelectMany(name => (string[])["-class", name]);
        return Of(copy, slip, stops ? filter.Append("-stopOnFail") : filter);
    }

    /// <summary>Runs one test, to find out whether its failure was an accident.</summary>
    public static TestRun OfMethod(SourceCopy copy, string? slip, string method) => Of(copy, slip, ["-method", method]);

    /// <summary>The name of a test or method, without what all names begin with.</summary>
    public static string NameOf(string test) => test.Replace(Prefix, "", StringComparison.Ordinal);

    private static TestRun Of(SourceCopy copy, string? slip, IEnumerable<string> filter)
    {
        File.Delete(copy.Reached);
        ProcessStartInfo start = new("dotnet", ["exec", copy.TestAssembly, "-noLogo", "-noColor", .. filter])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(copy.TestAssembly)!,
        };
        start.Environment["VISMA_SLIP"] = slip;
        start.Environment["VISMA_SLIP_REACHED"] = copy.Reached;
        start.Environment["DOTNET_GCHeapHardLimit"] = MostMemory;
        (int? exitCode, List<string> output) = Run(start);
        string[] tests = [.. output.Where(line => line.EndsWith(Failed, StringComparison.Ordinal)).Select(line => line.Trim()[..^Failed.Length].Trim())];
        string why = tests.Length > 0 ? NameOf(tests[0])
            : exitCode is null ? $"no end within {Limit.TotalMinutes} minutes"
            : exitCode != 0 ? $"exit code {exitCode}: {output.LastOrDefault(line => line.Length > 0)}"
            : "";
        string[] methods = tests.All(test => test.StartsWith(Prefix, StringComparison.Ordinal)) ? [.. tests.Select(test => test.Split('(')[0]).Distinct()] : [];
        return new TestRun(exitCode != 0, why, methods, File.Exists(copy.Reached));
    }

    private static (int? ExitCode, List<string> Output) Run(ProcessStartInfo start)
    {
        List<string> output = [];
        using Process process = new() { StartInfo = start };
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        bool hasEnded = process.WaitForExit(Limit);
        if (!hasEnded)
        {
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();
        lock (output)
        {
            return (hasEnded ? process.ExitCode : null, [.. output]);
        }

        void Add(string? line)
        {
            lock (output)
            {
                output.Add(line ?? "");
            }
        }
    }
}
