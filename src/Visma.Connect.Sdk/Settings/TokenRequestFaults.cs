using System.Globalization;

namespace Visma.Connect.Sdk;

/// <summary>Checks <see cref="TokenRequestOptions"/>. Each message names the setting and the remedy.</summary>
internal static class TokenRequestFaults
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestBreak = TimeSpan.FromMinutes(5);

    public static List<string> Of(TokenRequestOptions options, string path)
    {
        TokenRequestOptions usual = new();
        List<string> faults = [];
        void Require(bool isKept, string setting, IFormattable value, string range, IFormattable usually)
        {
            if (!isKept)
            {
                faults.Add($"{path}:{setting} is {Text(value)}. Use {range}; {Text(usually)} is the default.");
            }
        }

        Require(options.Retries is >= 0 and <= 10, nameof(options.Retries), options.Retries, "a number from 0 to 10", usual.Retries);
        Require(
            options.FirstDelay > TimeSpan.Zero && options.FirstDelay <= options.LongestDelay,
            nameof(options.FirstDelay),
            options.FirstDelay,
            $"a time of more than zero, and at most {nameof(options.LongestDelay)}",
            usual.FirstDelay);
        Require(
            options.LongestDelay > TimeSpan.Zero && options.LongestDelay <= Minute,
            nameof(options.LongestDelay),
            options.LongestDelay,
            "a time of more than zero, and at most one minute",
            usual.LongestDelay);
        // With fewer than 10, the failures of one token could open the circuit breaker.
        Require(
            options.CircuitMinimumRequests is >= 10 and <= 1_000,
            nameof(options.CircuitMinimumRequests),
            options.CircuitMinimumRequests,
            "a number from 10 to 1000",
            usual.CircuitMinimumRequests);
        Require(
            options.CircuitSampling >= Shortest && options.CircuitSampling <= Minute,
            nameof(options.CircuitSampling),
            options.CircuitSampling,
            "a time from one second to one minute",
            usual.CircuitSampling);
        Require(
            options.CircuitBreak >= Shortest && options.CircuitBreak <= LongestBreak,
            nameof(options.CircuitBreak),
            options.CircuitBreak,
            "a time from one second to five minutes",
            usual.CircuitBreak);
        return faults;
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
