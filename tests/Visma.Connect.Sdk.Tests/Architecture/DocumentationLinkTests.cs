using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>The links between the pages of the documentation.</summary>
public partial class DocumentationLinkTests
{
    [Fact]
    public void Every_link_of_the_documentation_leads_to_a_file_and_a_heading()
    {
        string[] pages = [.. Repository.Documents()];

        string[] broken = [.. pages.SelectMany(BrokenLinks)];

        Assert.True(pages.Length > 30);
        Assert.Empty(broken);
    }

    [Fact]
    public void Index_of_the_documentation_names_every_page()
    {
        string index = Repository.Read("docs/README.md");

        string[] missing = [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(Path.GetFileName).OfType<string>()
            .Where(page => page != "README.md" && !index.Contains($"({page})", StringComparison.Ordinal))];

        Assert.Empty(missing);
    }

    private static IEnumerable<string> BrokenLinks(string page)
    {
        string folder = Path.GetDirectoryName(page)!;
        foreach (Match link in Link().Matches(Repository.Read(page)))
        {
            string path = link.Groups[1].Value;
            string heading = link.Groups[2].Value;
            string target = path.Length == 0 ? page : Path.Combine(folder, path);
            if (!Repository.Has(target) || (heading.Length > 0 && target.EndsWith(".md", StringComparison.Ordinal) && !Headings(target).Contains(heading)))
            {
                yield return $"{page}: {link.Value}";
            }
        }
    }

    // As GitHub makes them from the headings.
    private static IEnumerable<string> Headings(string page) =>
        from line in Repository.Read(page).Split('\n')
        where line.StartsWith('#')
        select "#" + NotInAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
