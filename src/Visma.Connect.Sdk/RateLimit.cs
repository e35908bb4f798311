using System.Globalization;

namespace Visma.Connect.Sdk;

/// <summary>
/// What a response says about the budget of calls: <c>X-RateLimit-Limit</c>, <c>-Remaining</c>, <c>-Reset</c> and <c>-Policy</c> of Visma.net ERP.
/// </summary>
/// <remarks>Immutable and thread-safe. Source: https://docs.vismasoftware.no/visma-net-erp-api, rate limits; read November 2026.</remarks>
public sealed record RateLimit
{
    // The longest window that Visma documents is an hour. A larger number is not a number of seconds.
    private const int LongestReset = 86_400;

    /// <summary>Creates a value, for the unit tests of an application.</summary>
    /// <param name="limit">The number of calls in a window.</param>
    /// <param name="remaining">The number of calls that are left in this window.</param>
    /// <param name="reset">The time until the next window.</param>
    /// <param name="policy">The name of the policy.</param>
    public RateLimit(int? limit = null, int? remaining = null, TimeSpan? reset = null, string? policy = null)
    {
        Limit = limit;
        Remaining = remaining;
        Reset = reset;
        Policy = policy;
    }

    /// <summary>The number of calls that the API allows in a window. Null if the response does not say it.</summary>
    public int? Limit { get; }

    /// <summary>The number of calls that were left in the window when the API answered. Null if the response does not say it.</summary>
    public int? Remaining { get; }

    /// <summary>The time from the response to the next window. Null if the response does not say it.</summary>
    public TimeSpan? Reset { get; }

    /// <summary>The name of the policy, for example <c>4-fixed-window</c>. Null if the response does not say it.</summary>
    public string? Policy { get; }

    internal static RateLimit? From(HttpResponseMessage response)
    {
        int? limit = Number(response, "X-RateLimit-Limit");
        int? remaining = Number(response, "X-RateLimit-Remaining");
        int? reset = Number(response, "X-RateLimit-Reset");
        string? policy = Text(response, "X-RateLimit-Policy");
        return limit is null && remaining is null && reset is null && policy is null
            ? null
            : new RateLimit(limit, remaining, reset is >= 0 and <= LongestReset ? TimeSpan.FromSeconds(reset.Value) : null, policy);
    }

    private static int? Number(HttpResponseMessage response, string header) =>
        int.TryParse(Text(response, header), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static string? Text(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
}
