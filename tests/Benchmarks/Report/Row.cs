namespace Visma.Connect.Sdk.Benchmarks.Report;

/// <summary>A row of the table.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Floor">The same without a token, or as simple as it can be.</param>
/// <param name="Bar">What this library should keep. Empty: no bar.</param>
internal sealed record Row(string What, string Floor, string Bar)
{
    /// <summary>A cell for each column that has the function.</summary>
    public Dictionary<string, Cell> Cells { get; init; } = [];

    /// <summary>The panel of the chart. Null, the default: the row is not in the chart.</summary>
    public Panel? Panel { get; init; }
}

/// <summary>A cell of the table.</summary>
/// <param name="Text">As it is printed.</param>
/// <param name="Value">Its bar in the chart.</param>
internal sealed record Cell(string Text, double Value);

/// <summary>A panel of the chart.</summary>
/// <param name="Title">What was measured, in few words.</param>
/// <param name="Unit">What the numbers are.</param>
/// <param name="Format">How they are printed.</param>
/// <param name="IsLogarithmic">Whether the scale is logarithmic, with a line for each power of ten from ten on. Otherwise it begins at zero.</param>
internal sealed record Panel(string Title, string Unit, string Format = "#,0", bool IsLogarithmic = false);
