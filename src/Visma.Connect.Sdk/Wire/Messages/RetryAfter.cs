using System.Net.Http.Headers;

namespace Visma.Connect.Sdk;

/// <summary>Reads <c>Retry-After</c>, which is in seconds or a date (RFC 9110 section 10.2.3), as a time to wait.</summary>
internal static class RetryAfter
{
    // A longer time is limited to this: one wrong header must not stop a customer for hours.
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static TimeSpan? From(RetryConditionHeaderValue? header, DateTimeOffset now) => From(header, now, Longest);

    public static TimeSpan? From(RetryConditionHeaderValue? header, DateTimeOffset now, TimeSpan longest)
    {
        TimeSpan? wait = header?.Delta ?? (header?.Date - now);
        return wait is not { } asked ? null
            : asked < TimeSpan.Zero ? TimeSpan.Zero
            : asked > longest ? longest
            : asked;
    }
}
