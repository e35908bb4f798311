namespace Visma.Connect.Sdk.Tests.FrontDoor;

public class ReadmeTests
{
    private static readonly string[] Documents = ["README.md", "docs/token-caches.md", "docs/import.md", "docs/errors.md", "docs/resilience.md"];

    [Fact]
    public void Code_of_the_readme_compiles()
    {
        string examples = DocumentedCode.Unindented(Repository.Read("tests/ReadmeProgram/Program.cs"))
            + DocumentedCode.Unindented(Repository.Read("tests/ReadmeWebProgram/Program.cs"))
            + DocumentedCode.Unindented(Repository.Read("tests/Visma.Connect.Sdk.Tests/FrontDoor/ReadmeExamples.cs"))
            + DocumentedCode.Unindented(Repository.Read("tests/Visma.Connect.Sdk.Tests/FrontDoor/DatabaseExamples.net.cs"))
            + DocumentedCode.Unindented(Repository.Read("tests/Visma.Connect.Sdk.Tests/FrontDoor/WebhookExamples.net.cs"))
            + DocumentedCode.Unindented(Repository.Read("tests/Visma.Connect.Sdk.Tests/FrontDoor/ImportExamples.cs"))
            + DocumentedCode.Unindented(Repository.Read("tests/Visma.Connect.Sdk.Tests/FrontDoor/ErrorExamples.cs"))
            + DocumentedCode.Unindented(Repository.Read("tests/Visma.Connect.Sdk.Tests/FrontDoor/ResilienceExamples.cs"));
        string[] blocks = [.. Documents.SelectMany(DocumentedCode.BlocksOf)];

        Assert.True(blocks.Length >= 7, "The README's code was not found.");
        Assert.All(blocks, block => Assert.Contains(block, examples, StringComparison.Ordinal));
    }

    [Fact]
    public void Files_of_the_page_about_workers_are_a_program_that_is_built()
    {
        string[] files = [.. ((string[])["Program.cs", "Worker.cs", "Notices.cs"]).Select(file => DocumentedCode.Unindented(Repository.Read($"tests/WorkerProgram/{file}")))];

        Assert.Equal(files, DocumentedCode.BlocksOf("docs/workers.md"));
    }

    [Fact]
    public void Commands_come_right_after_the_opening_sentence()
    {
        string[] lines = [.. Repository.Read("README.md").Split('\n').Where(line => line.Length > 0)];

        Assert.Equal(["    dotnet run --project samples/QuickStart", "    dotnet test"], lines[2..4]);
    }
}
