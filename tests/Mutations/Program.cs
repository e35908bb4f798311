using System.Diagnostics;
using System.IO.Enumeration;
using Visma.Connect.Sdk.Mutations;

// Finds lines of the library that no test keeps (docs/quality.md):
//   dotnet run --project tests/Mutations                      every slip of slips.txt
//   dotnet run --project tests/Mutations -- redirect-*        the slips of these names
//   dotnet run --project tests/Mutations -- --listed          with the test classes of the list only, and not with all where those do not fail
//   dotnet run --project tests/Mutations -- --in <directory>  in a directory that stays, so that the next run builds less
//   dotnet run --project tests/Mutations -- --check           only whether the texts of slips.txt are in the source
bool isCheck = false;
bool isListedOnly = false;
string? directory = null;
List<string> names = [];
for (int index = 0; index < args.Length; index++)
{
    switch (args[index])
    {
        case "--check":
            isCheck = true;
            break;
        case "--listed":
            isListedOnly = true;
            break;
        case "--in" when index + 1 < args.Length:
            directory = Path.GetFullPath(args[++index]);
            break;
        default:
            names.Add(args[index]);
            break;
    }
}

string repository = SourceCopy.FindRepository();
IReadOnlyList<Slip> all;
try
{
    all = SlipList.Read(Path.Combine(repository, "tests/Mutations/slips.txt"));
    _ = SourceCopy.Switched(repository, all);
}
catch (FormatException fault)
{
    Console.Error.WriteLine(fault.Message);
    return 1;
}

if (isCheck)
{
    Console.WriteLine($"All {all.Count} slips are in the source.");
    return 0;
}

Slip[] chosen = [.. all.Where(slip => names.Count == 0 || names.Exists(name => FileSystemName.MatchesSimpleExpression(name, slip.Id)))];
string temporary = Path.Combine(Path.GetTempPath(), $"visma-mutations-{Environment.ProcessId}");
SourceCopy copy = new(directory ?? temporary);
try
{
    copy.Build(repository, all);
    string[] usual = isListedOnly ? [.. chosen.SelectMany(slip => slip.Classes).Distinct()] : [];
    if (TestRun.OfClasses(copy, slip: null, usual) is { HasFailed: true } broken)
    {
        Console.Error.WriteLine($"The tests fail without a slip: {broken.Why}");
        return 1;
    }

    List<Slip> survivors = [.. chosen.Where(HasSurvived)];
    Console.WriteLine($"{chosen.Length - survivors.Count} of {chosen.Length} slips killed, {100.0 * (chosen.Length - survivors.Count) / chosen.Length:0.0} %.");
    survivors.ForEach(slip => Console.WriteLine($"survived: {slip.Id}: {slip.Harm}"));
    return survivors.Count == 0 ? 0 : 2;
}
finally
{
    if (Directory.Exists(temporary))
    {
        Directory.Delete(temporary, recursive: true);
    }
}

bool HasSurvived(Slip slip)
{
    Stopwatch watch = Stopwatch.StartNew();
    TestRun run = Confirmed(slip, slip.Classes);
    bool isKilledByOthers = false;
    if (!run.HasFailed && !isListedOnly)
    {
        run = Confirmed(slip, []);
        isKilledByOthers = run.HasFailed;
    }

    string result = run.HasFailed ? $"killed by {(isKilledByOthers ? "another class: " : "")}{run.Why}"
        : run.IsReached ? "SURVIVED"
        : "SURVIVED: no test comes here";
    Console.WriteLine($"{slip.Id,-34} {watch.Elapsed.TotalSeconds,5:0} s  {result}");
    return !run.HasFailed;
}

// On a busy machine a test can fail by accident. So it has to fail a second time. If it does not, another test may keep the line: all are run once
// more, up to the end. A test with a display name of its own cannot be run alone, and counts at once.
TestRun Confirmed(Slip slip, IReadOnlyList<string> classes)
{
    TestRun run = TestRun.OfClasses(copy, slip.Id, classes);
    if (run.Methods.Count == 0 || Kills(run.Methods[0]))
    {
        return run;
    }

    run = TestRun.OfClasses(copy, slip.Id, classes, stops: false);
    return run.Methods.Count == 0 ? run
        : run.Methods.FirstOrDefault(Kills) is { } sure ? run with { Why = TestRun.NameOf(sure) }
        : run with { HasFailed = false };

    bool Kills(string method) => TestRun.OfMethod(copy, slip.Id, method).HasFailed;
}
