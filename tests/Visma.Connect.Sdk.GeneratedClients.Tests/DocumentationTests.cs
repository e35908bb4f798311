namespace Visma.Connect.Sdk.GeneratedClients;

public class DocumentationTests
{
    [Fact]
    public void Code_of_the_page_is_code_of_these_tests()
    {
        string folder = Path.Combine(Repository.Root, "tests", "Visma.Connect.Sdk.GeneratedClients.Tests");
        string[] files = [.. Directory.GetFiles(folder, "*.cs"), .. Directory.GetFiles(Path.Combine(folder, "NSwag"), "*.cs")];
        string tests = DocumentedCode.Unindented(string.Concat(files.Select(Repository.Read)));
        // The first block only names the two ways of binding.
        string[] blocks = [.. DocumentedCode.BlocksOf("docs/generated-clients.md").Skip(1)];

        Assert.True(blocks.Length >= 15);
        Assert.All(blocks, block => Assert.Contains(block, tests, StringComparison.Ordinal));
    }
}
