using System.Globalization;

namespace Visma.Connect.Sdk;

/// <summary>Checks <see cref="TokenRequestOptions"/>. Each message names the setting and the remedy.</summary>
internal static class TokenRequestFaults
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestBreak = TimeSpan.FromMinutes(5);

    public static IEnumerable<string> Of(TokenRequestOptions options, string path)
    {
        TokenRequestOptions usual = new();
        return
        [
            .. Range(options.Retries is >= 0 and <= 10, $"{path}:{nameof(options.Retries)}", options.Retries, "a number from 0 to 10", usual.Retries),
            .. Range(
                options.FirstDelay > TimeSpan.Zero && options.FirstDelay <= options.LongestDelay,
                $"{path}:{nameof(options.FirstDelay)}",
                options.FirstDelay,
                $"a time of more than zero, and at most {nameof(options.LongestDelay)}",
                usual.FirstDelay),
            .. Range(
                options.LongestDelay > TimeSpan.Zero && options.LongestDelay <= Minute,
                $"{path}:{nameof(options.LongestDelay)}",
                options.LongestDelay,
                "a time of more than zero, and at most one minute",
                usual.LongestDelay),
            // With fewer than 10, the failures of one token could open the circuit breaker.
            .. Range(
                options.CircuitMinimumRequests is >= 10 and <= 1_000,
                $"{path}:{nameof(options.CircuitMinimumRequests)}",
                options.CircuitMinimumRequests,
                "a number from 10 to 1000",
                usual.CircuitMinimumRequests),
            .. Range(
                options.CircuitSampling >= Shortest && options.CircuitSampling <= Minute,
                $"{path}:{nameof(options.CircuitSampling)}",
                options.CircuitSampling,
                "a time from one second to one minute",
                usual.CircuitSampling),
            .. Range(
                options.CircuitBreak >= Shortest && options.CircuitBreak <= LongestBreak,
                $"{path}:{nameof(options.CircuitBreak)}",
                options.CircuitBreak,
                "a time from one second to five minutes",
                usual.CircuitBreak),
        ];
    }

    private static IEnumerable<string> Range(bool isKept, string setting, IFormattable value, string range, IFormattable usual) => isKept
        ? []
        : [$"{setting} is {Text(value)}. Use {range}; {Text(usual)} is the default."];

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
