using System.Net.Http.Headers;

namespace Visma.Connect.Sdk;

/// <summary>Reads <c>Retry-After</c>, which is in seconds or a date (RFC 9110 section 10.2.3), as a time to wait.</summary>
internal static class RetryAfter
{
    // A longer time is limited to this: one wrong header must not stop a customer for hours.
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static TimeSpan? From(HttpResponseHeaders headers, DateTimeOffset now) => From(headers, now, Longest);

    /// <summary>The time to wait. Null if the response asks for none.</summary>
    /// <param name="headers">The headers of the response.</param>
    /// <param name="now">The local clock, which may be wrong: it counts only if the response has no <c>Date</c> (RFC 9110 section 6.6.1).</param>
    /// <param name="longest">The longest wait.</param>
    public static TimeSpan? From(HttpResponseHeaders headers, DateTimeOffset now, TimeSpan longest)
    {
        RetryConditionHeaderValue? header = headers.RetryAfter;
        TimeSpan? wait = header?.Delta ?? (header?.Date - (headers.Date ?? now));
        return wait is not { } asked ? null
            : asked < TimeSpan.Zero ? TimeSpan.Zero
            : asked > longest ? longest
            : asked;
    }
}
