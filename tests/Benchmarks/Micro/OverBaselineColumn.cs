using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Visma.Connect.Sdk.Benchmarks.Micro;

/// <summary>The difference between a row and its baseline, in the unit of the bars.</summary>
/// <remarks>
/// Times are of the fastest iteration, because other programs can only add time, and not equally to both rows.
/// </remarks>
internal sealed class OverBaselineColumn(
    string name,
    Func<BenchmarkReport, double?> read,
    Func<double, double, FormattableString> compare) : IColumn
{
    public static readonly IColumn Ratio = new OverBaselineColumn("Time ratio", QuickestTime, (value, floor) => $"{value / floor:0.00}");

    public static readonly IColumn Time = new OverBaselineColumn("Over, time", QuickestTime, (value, floor) => $"{value - floor:+0;-0;0} ns");

    public static readonly IColumn Bytes = new OverBaselineColumn("Over, bytes", AllocatedBytes, (value, floor) => $"{value - floor:+0;-0;0} B");

    public string Id => name;

    public string ColumnName => name;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Over the baseline of the same parameters";

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        string? group = summary.GetLogicalGroupKey(benchmarkCase);
        BenchmarkCase? baseline = summary.BenchmarksCases
            .FirstOrDefault(other => summary.GetLogicalGroupKey(other) == group && summary.IsBaseline(other));
        return baseline is null || Read(summary, benchmarkCase) is not { } value || Read(summary, baseline) is not { } floor ? "?"
            : baseline == benchmarkCase ? ""
            : compare(value, floor).ToString(CultureInfo.InvariantCulture);
    }

    private static double? QuickestTime(BenchmarkReport report) => report.ResultStatistics?.Min;

    private static double? AllocatedBytes(BenchmarkReport report) => report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase);

    private double? Read(Summary summary, BenchmarkCase benchmarkCase) => summary[benchmarkCase] is { } report ? read(report) : null;
}
