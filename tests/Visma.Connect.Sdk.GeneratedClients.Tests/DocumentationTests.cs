namespace Visma.Connect.Sdk.GeneratedClients;

public class DocumentationTests
{
    [Fact]
    public void Code_of_the_page_is_code_of_these_tests()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Visma.Connect.Sdk.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        string page = File.ReadAllText(Path.Combine(folder, "docs", "generated-clients.md")).ReplaceLineEndings("\n");
        string tests = Unindented(string.Concat(
            Directory.GetFiles(Path.Combine(folder, "tests", "Visma.Connect.Sdk.GeneratedClients.Tests"), "*.cs").Select(File.ReadAllText)));
        string[] blocks = [.. page.Split("```csharp\n").Skip(2).Select(rest => Unindented(rest.Split("```")[0]))];

        Assert.True(blocks.Length >= 7);
        Assert.All(blocks, block => Assert.Contains(block, tests, StringComparison.Ordinal));
    }

    private static string Unindented(string code) => string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim())).Trim();
}
