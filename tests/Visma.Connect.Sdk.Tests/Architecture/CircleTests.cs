namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>Keeps each package free of large groups of files that can only be understood together.</summary>
/// <remarks>
/// How it is measured: the nodes of the graph are the source files of one assembly. A file has an edge to another file when a type in it
/// uses a type of the other one: as its base type or interface, in an attribute, in a signature or in the body of a method (read from the
/// compiled code, see <see cref="TypeUses"/>), or by naming one of its constants (read from the source, see <see cref="ConstantUses"/>). A
/// nested type, a lambda and a state machine count as the file of their outermost type. A circle is a strongly connected component of that
/// graph.
/// </remarks>
public class CircleTests
{
    private const int MostFiles = 3;

    [Fact]
    public void No_circle_has_more_than_three_files() => Rule.AssertKept(
        $"A circle of files that use each other has at most {MostFiles} files. Remove one of the uses: pass a value instead of its owner, or move what both need to a type below both.",
        from assembly in Product.WithReadableCode
        let graph = new FileGraph(assembly)
        from circle in graph.Circles()
        where circle.Count > MostFiles
        select $"{assembly.GetName().Name}, {circle.Count} files: {string.Join(", ", circle)}{Indented(graph.UsesWithin(circle))}");

    [Theory]
    [InlineData("", "")]
    [InlineData("a>b b>c a>c", "")]
    [InlineData("a>a", "")]
    [InlineData("a>b b>a", "a b")]
    [InlineData("a>b b>c c>a c>d d>e", "a b c")]
    [InlineData("a>b b>a b>c c>d d>c", "a b; c d")]
    [InlineData("a>b b>c c>b c>d d>a", "a b c d")]
    public void Circles_of_a_graph_are_found(string graph, string circles)
    {
        ILookup<string, string> edges = graph.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(edge => edge.Split('>'))
            .ToLookup(edge => edge[0], edge => edge[1]);

        IEnumerable<IReadOnlyList<string>> found = Circles.Of(["a", "b", "c", "d", "e"], node => edges[node]);

        Assert.Equal(circles, string.Join("; ", found.Select(circle => string.Join(' ', circle))));
    }

    private static string Indented(IEnumerable<string> lines) => string.Concat(lines.Select(line => $"{Environment.NewLine}    {line}"));
}
