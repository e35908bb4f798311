using System.Globalization;
using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>The lines of the source fit the width that editors show.</summary>
public partial class LineLengthTests
{
    [Fact]
    public void No_line_of_source_is_longer_than_editorconfig_says()
    {
        int longest = int.Parse(MaxLineLength().Match(Repository.Read(".editorconfig")).Groups[1].Value, CultureInfo.InvariantCulture);

        Rule.AssertKept(
            $"A line of source has at most {longest} characters (max_line_length in .editorconfig). Wrap longer ones.",
            from path in SourceTree.SourcePaths()
            from line in File.ReadLines(path).Index()
            where line.Item.Length > longest
            select $"{Path.GetRelativePath(SourceTree.Root, path)}:{line.Index + 1}: {line.Item.Length} characters");
    }

    [GeneratedRegex(@"^max_line_length = (\d+)$", RegexOptions.Multiline)]
    private static partial Regex MaxLineLength();
}
