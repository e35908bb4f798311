using System.Globalization;
using System.Text;

namespace Visma.Connect.Sdk.Benchmarks.Report;

/// <summary>
/// The comparison with the peers as an SVG: a panel for each row, each with a scale of its own. It follows the light or dark scheme of
/// the reader.
/// </summary>
internal static class Chart
{
    private const int PanelsPerLine = 3;
    private const int PanelWidth = 320;
    private const int PanelHeight = 176;
    private const int Gap = 24;
    private const int Margin = 14;
    private const int Axis = 154;
    private const int WidestBar = PanelWidth - Axis - 66;
    private const int FirstBar = 62;
    private const int BarPitch = 22;
    private const int BarHeight = 14;

    private const string Style = """
        <style>
          text { font: 12px system-ui, sans-serif; fill: #1f2328; paint-order: stroke; stroke: #ffffff; stroke-width: 3px; }
          .title { font-weight: 600; font-size: 14px; }
          .unit { fill: #59636e; }
          .panel { fill: #ffffff; stroke: #d1d9e0; }
          .axis { stroke: #818b98; }
          .line { stroke: #d1d9e0; }
          .own { fill: #0969da; }
          .other { fill: #afb8c1; }
          .own-name { font-weight: 600; }
          @media (prefers-color-scheme: dark) {
            text { fill: #f0f6fc; stroke: #0d1117; }
            .unit { fill: #9198a1; }
            .panel { fill: #0d1117; stroke: #3d444d; }
            .axis { stroke: #656c76; }
            .line { stroke: #3d444d; }
            .own { fill: #4493f8; }
            .other { fill: #59636e; }
          }
        </style>
        """;

    public static string Of(IEnumerable<Row> rows)
    {
        Row[] drawn = [.. rows.Where(row => row.Panel is not null)];
        int lines = (drawn.Length + PanelsPerLine - 1) / PanelsPerLine;
        int width = Gap + (PanelsPerLine * (PanelWidth + Gap));
        int height = Gap + (lines * (PanelHeight + Gap));
        StringBuilder svg = new();
        svg.Append("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" ");
        svg.Append(CultureInfo.InvariantCulture, $"viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n");
        svg.Append("<title>Visma.Connect.Sdk beside its peers</title>\n").Append(Style).Append('\n');
        for (int index = 0; index < drawn.Length; index++)
        {
            int x = Gap + (index % PanelsPerLine * (PanelWidth + Gap));
            int y = Gap + (index / PanelsPerLine * (PanelHeight + Gap));
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({x} {y})\">\n");
            AppendPanel(svg, drawn[index], drawn[index].Panel!);
            svg.Append("</g>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void AppendPanel(StringBuilder svg, Row row, Panel panel)
    {
        string[] columns = [.. Column.All.Where(row.Cells.ContainsKey)];
        Scale scale = new(panel.IsLogarithmic, columns.Max(column => row.Cells[column].Value));
        int bottom = FirstBar + (columns.Length * BarPitch) - (BarPitch - BarHeight) + 3;
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"panel\" width=\"{PanelWidth}\" height=\"{PanelHeight}\" rx=\"6\"/>\n");
        AppendText(svg, "title", Margin, 26, panel.Title);
        AppendText(svg, "unit", Margin, 44, panel.Unit);
        foreach (double line in scale.Lines)
        {
            AppendLine(svg, "line", Axis + (line * WidestBar), bottom);
        }

        for (int index = 0; index < columns.Length; index++)
        {
            double value = row.Cells[columns[index]].Value;
            string number = value.ToString(panel.Format, CultureInfo.InvariantCulture);
            AppendBar(svg, columns[index], scale.Of(value) * WidestBar, number, FirstBar + (index * BarPitch));
        }

        AppendLine(svg, "axis", Axis, bottom);
    }

    private static void AppendBar(StringBuilder svg, string column, double width, string number, int y)
    {
        bool isOwn = column == Column.Library;
        AppendText(svg, isOwn ? "own-name" : "name", Margin, y + 11, column);
        string kind = isOwn ? "own" : "other";
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{kind}\" x=\"{Axis}\" y=\"{y}\" width=\"{width:0.0}\" height=\"{BarHeight}\"/>\n");
        AppendText(svg, isOwn ? "own-name" : "name", Axis + 6 + width, y + 11, number);
    }

    private static void AppendLine(StringBuilder svg, string kind, double x, int bottom) =>
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{kind}\" d=\"M{x:0.0} {FirstBar - 3}V{bottom}\"/>\n");

    private static void AppendText(StringBuilder svg, string kind, double x, int y, string text) =>
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{kind}\" x=\"{x:0.0}\" y=\"{y}\">{text}</text>\n");

    /// <summary>The length of bars, of which the longest is 1.</summary>
    private sealed class Scale(bool isLogarithmic, double largest)
    {
        private const double First = 10;

        private readonly double _longest = isLogarithmic ? Math.Log10(Math.Max(largest, 10 * First) / First) : Math.Max(largest, double.Epsilon);

        /// <summary>The lines at powers of ten.</summary>
        public IEnumerable<double> Lines =>
            isLogarithmic ? Enumerable.Range(1, (int)_longest).Select(power => power / _longest) : [];

        public double Of(double value) => Math.Max(0, (isLogarithmic ? Math.Log10(Math.Max(value, First) / First) : value) / _longest);
    }
}
