using System.Globalization;

namespace CompanyPortal;

/// <summary>Times as the pages show them.</summary>
internal static class Ages
{
    /// <summary>For example <c>3 minutes</c>.</summary>
    public static string Of(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => "less than a minute",
        { TotalHours: < 1 } => Count((int)age.TotalMinutes, "minute"),
        { TotalDays: < 1 } => Count((int)age.TotalHours, "hour"),
        _ => Count((int)age.TotalDays, "day"),
    };

    /// <summary>For example <c>2026-11-26 14:05 UTC</c>.</summary>
    public static string Utc(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Count(int number, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {unit}{(number == 1 ? "" : "s")}");
}
