using System.Net.Http.Headers;

namespace Visma.Connect.Sdk;

/// <summary><c>Retry-After</c> as seconds or as a date (RFC 9110 section 10.2.3), as a wait from now.</summary>
internal static class RetryAfter
{
    // A server that asks for more is not believed: a customer would be cut off by one bad header.
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static TimeSpan? From(RetryConditionHeaderValue? header, DateTimeOffset now)
    {
        TimeSpan? wait = header?.Delta ?? (header?.Date - now);
        return wait is not { } asked ? null
            : asked < TimeSpan.Zero ? TimeSpan.Zero
            : asked > Longest ? Longest
            : asked;
    }
}
