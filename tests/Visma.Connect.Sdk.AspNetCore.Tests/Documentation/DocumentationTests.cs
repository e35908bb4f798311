namespace Visma.Connect.Sdk.AspNetCore.Tests.Documentation;

public class DocumentationTests
{
    [Theory]
    [InlineData("docs/web-applications.md", "WebExamples.cs")]
    [InlineData("docs/webhooks.md", "WebhookExamples.cs")]
    [InlineData("src/Visma.Connect.Sdk.AspNetCore/README.md", "WebExamples.cs")]
    [InlineData("docs/sign-out.md", "SignOutExamples.cs")]
    public void Code_of_the_page_compiles(string page, string file)
    {
        string examples = DocumentedCode.Unindented(Repository.Read($"tests/Visma.Connect.Sdk.AspNetCore.Tests/Documentation/{file}"));
        string[] blocks = [.. DocumentedCode.BlocksOf(page)];

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(block, examples, StringComparison.Ordinal));
    }
}
