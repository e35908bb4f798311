using System.Diagnostics;
using System.Text;

namespace Visma.Connect.Sdk.Mutations;

/// <summary>A copy of the repository in another directory, in which every slip is compiled in.</summary>
/// <param name="root">The directory. Only changed files are copied to it.</param>
internal sealed class SourceCopy(string root)
{
    private const string Library = "src/Visma.Connect.Sdk";
    private const string SwitchClass = Library + "/Slip.cs";
    private const string Tests = "tests/Visma.Connect.Sdk.Tests";

    // With a slip, a test often waits in vain. It waits less long here than in a usual run, in which it must not fail on a busy machine.
    private const string Patience = Tests + "/Infrastructure/Patience.cs";
    private const string UsualPatience = "TimeSpan.FromSeconds(60)";
    private const string ShortPatience = "TimeSpan.FromSeconds(20)";

    // What a build makes, and what only version control needs.
    private static readonly string[] NotCopied = ["bin", "obj", "artifacts", ".git", ".vs", "TestResults"];

    public string TestAssembly => Path.Combine(root, Tests, "bin/Debug/net10.0/Visma.Connect.Sdk.Tests.dll");

    /// <summary>A file that exists if the slip that is on was reached.</summary>
    public string Reached => Path.Combine(root, "reached.txt");

    public static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Visma.Connect.Sdk.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("This program runs outside of the repository.");
    }

    /// <summary>The changed text of each source file with a slip, by its path from the root of the repository.</summary>
    /// <exception cref="FormatException">A text of the list does not occur exactly once.</exception>
    public static Dictionary<string, string> Switched(string repository, IEnumerable<Slip> slips) => slips
        .GroupBy(slip => $"{Library}/{slip.File}")
        .ToDictionary(same => same.Key, same => SwitchedSource.Of(File.ReadAllText(Path.Combine(repository, same.Key)), same));

    public void Build(string repository, IEnumerable<Slip> slips)
    {
        Dictionary<string, string> changed = Switched(repository, slips);
        changed[SwitchClass] = SwitchedSource.SwitchClass;
        changed[Patience] = File.ReadAllText(Path.Combine(repository, Patience)).Replace(UsualPatience, ShortPatience, StringComparison.Ordinal);
        HashSet<string> files = [.. FilesIn(repository)];
        if (File.Exists(Path.Combine(root, SwitchClass)))
        {
            // It is an earlier copy, and nothing else.
            foreach (string path in FilesIn(root).Where(path => !files.Contains(path) && !changed.ContainsKey(path)))
            {
                File.Delete(Path.Combine(root, path));
            }
        }

        foreach (string path in files.Where(path => !changed.ContainsKey(path)))
        {
            Write(path, File.ReadAllBytes(Path.Combine(repository, path)));
        }

        foreach ((string path, string text) in changed)
        {
            Write(path, Encoding.UTF8.GetBytes(text));
        }

        string[] arguments = ["build", Tests, "-nologo", "-v:q", "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false", "-p:WarningLevel=0"];
        using Process build = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = root })!;
        build.WaitForExit();
        if (build.ExitCode != 0)
        {
            throw new InvalidOperationException("The copy with the slips does not build. A slip changes a type, or declares a variable twice.");
        }
    }

    private static IEnumerable<string> FilesIn(string folder) =>
        FilesIn(new DirectoryInfo(folder)).Select(file => Path.GetRelativePath(folder, file.FullName).Replace('\\', '/'));

    private static IEnumerable<FileInfo> FilesIn(DirectoryInfo folder) => folder.EnumerateFiles()
        .Concat(folder.EnumerateDirectories().Where(inner => !NotCopied.Contains(inner.Name)).SelectMany(FilesIn));

    private void Write(string path, byte[] content)
    {
        string target = Path.Combine(root, path);
        if (!File.Exists(target) || !File.ReadAllBytes(target).AsSpan().SequenceEqual(content))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, content);
        }
    }
}
