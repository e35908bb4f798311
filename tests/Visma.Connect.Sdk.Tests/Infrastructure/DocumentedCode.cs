namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>The examples in the documentation, which are lines of tests.</summary>
public static class DocumentedCode
{
    /// <summary>The C# examples of a page, without indentation.</summary>
    public static IEnumerable<string> BlocksOf(string page) =>
        Repository.Read(page).Split("```csharp\n").Skip(1).Select(rest => Unindented(rest.Split("```")[0]));

    public static string Unindented(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim())).Trim();
}
