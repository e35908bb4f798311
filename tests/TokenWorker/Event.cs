namespace Visma.Connect.Sdk.TokenWorker;

/// <summary>What the test that started this process is told: a line each, on the standard output.</summary>
internal static class Event
{
    public static void Write(string line) => Console.Out.WriteLine(line.ReplaceLineEndings(" "));
}
