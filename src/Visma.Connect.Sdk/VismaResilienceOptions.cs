namespace Visma.Connect.Sdk;

/// <summary>How long an HttpClient with <c>AddVismaResilience</c> waits, and what it sends again.</summary>
/// <remarks>
/// Named options, under the name of the HttpClient. They are read when <c>IHttpClientFactory</c> creates the handlers of the HttpClient, by default
/// every two minutes.
/// </remarks>
public sealed class VismaResilienceOptions
{
    /// <summary>
    /// The longest time that one call waits, in total: for its API to allow it, and between attempts. Default: 70 seconds, because most limits of Visma
    /// count per minute. A call that would wait longer fails at once with a <see cref="VismaRateLimitException"/>, or returns the response that it has.
    /// </summary>
    /// <remarks>
    /// <see cref="HttpClient.Timeout"/> (100 seconds by default) and the time limits of handlers outside include this time: choose a shorter one, or the
    /// call ends with their exception. Zero: never wait.
    /// </remarks>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(70);

    /// <summary>
    /// How often a call is sent again after a failure: a GET or HEAD after 408, 5xx or a network error, another call only if its connection was never
    /// opened. Default: 3. Zero: never. Calls that the API refused because of its limit are sent again within <see cref="MaxWait"/>, whatever this number is.
    /// </summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>
    /// The time between the first failure and the second attempt; it doubles with each attempt, with a random deviation. <c>Retry-After</c> of the
    /// response takes precedence. Default: 1 second.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The number of calls in a minute that the API allows, if it is not the documented one: for example 60 for a personal integration of Dinero. When an
    /// exhausted budget opens again, so many waiting calls are sent in a minute. Default: null, the documented number. A number in the response
    /// (<c>X-RateLimit-Limit</c>) takes precedence.
    /// </summary>
    public int? CallsPerMinute { get; set; }

    /// <summary>
    /// The number of calls for one company that this process has sent and that are not answered yet; further calls wait. Default: null, the documented
    /// number: 60 at Business NXT, and no limit at the other APIs. Choose a lower number if several processes call for the same company.
    /// </summary>
    public int? MaxConcurrentCalls { get; set; }

    internal IEnumerable<string> Faults(string httpClient)
    {
        string name = $"{nameof(VismaResilienceOptions)} of HttpClient '{httpClient}'";
        if (MaxWait < TimeSpan.Zero || MaxWait > TimeSpan.FromDays(1))
        {
            yield return $"{name}: {nameof(MaxWait)} is not between zero and one day.";
        }

        if (MaxRetries is < 0 or > 10)
        {
            yield return $"{name}: {nameof(MaxRetries)} is not between 0 and 10.";
        }

        if (RetryDelay < TimeSpan.Zero || RetryDelay > TimeSpan.FromHours(1))
        {
            yield return $"{name}: {nameof(RetryDelay)} is not between zero and one hour.";
        }

        if (CallsPerMinute is < 1 || MaxConcurrentCalls is < 1)
        {
            yield return $"{name}: {nameof(CallsPerMinute)} or {nameof(MaxConcurrentCalls)} is less than 1. For the documented number, leave it null.";
        }
    }
}
