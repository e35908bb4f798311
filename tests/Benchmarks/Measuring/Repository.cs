using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Visma.Connect.Sdk.Benchmarks.Measuring;

/// <summary>The files of the repository, from the place where the benchmarks are built.</summary>
internal static class Repository
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    public static string Chart => Path.Combine(Root, "docs/performance-peers.svg");

    /// <summary>The build of another project of the tests.</summary>
    public static string BuildOf(string project) => Path.Combine(Root, "tests", project, "bin/Release/net10.0");

    /// <summary>Publishes another project of the tests with ReadyToRun.</summary>
    public static string Publish(string project)
    {
        string output = Path.Combine(Root, "tests", project, "bin/ReadyToRun");
        string command = $"publish {Path.Combine(Root, "tests", project)} -c Release -r {RuntimeInformation.RuntimeIdentifier} --self-contained false "
            + $"-p:PublishReadyToRun=true -o {output} -v q";
        using Process publishing = Process.Start(new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true })!;
        string printed = publishing.StandardOutput.ReadToEnd();
        publishing.WaitForExit();
        return publishing.ExitCode == 0 ? output : throw new InvalidOperationException(printed);
    }
}
