namespace Visma.Connect.Sdk.Benchmarks.Report;

/// <summary>The table as Markdown, for docs/performance.md.</summary>
internal static class Markdown
{
    public static string Of(IReadOnlyList<Row> rows)
    {
        string[] columns = [.. Column.All.Where(column => rows.Any(row => row.Cells.ContainsKey(column)))];
        IEnumerable<string> lines =
        [
            Line(["what", "floor", "bar", .. columns]),
            Line(Enumerable.Repeat("---", columns.Length + 3)),
            .. rows.Select(row => Line([row.What, row.Floor, row.Bar, .. columns.Select(column => row.Cells.GetValueOrDefault(column)?.Text ?? "")])),
        ];
        return string.Join('\n', lines);
    }

    private static string Line(IEnumerable<string> cells) => "| " + string.Join(" | ", cells) + " |";
}
