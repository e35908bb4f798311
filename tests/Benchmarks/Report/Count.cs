using System.Globalization;

namespace Visma.Connect.Sdk.Benchmarks.Report;

internal static class Count
{
    public static string Of(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:#,0} {noun}{(count == 1 ? "" : "s")}");
}
