namespace Visma.Connect.Sdk.TokenWorker;

/// <summary>An event for the test that started this process: one line on the standard output.</summary>
internal static class Event
{
    public static void Write(string line) => Console.Out.WriteLine(line.ReplaceLineEndings(" "));
}
