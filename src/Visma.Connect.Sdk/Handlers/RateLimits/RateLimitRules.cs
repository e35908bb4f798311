namespace Visma.Connect.Sdk;

/// <summary>What Visma documents about the limits of a dialect; the source of each fact is at <see cref="RateLimitDialect"/>.</summary>
/// <param name="Pace">How many calls a budget allows, as far as that is documented.</param>
/// <param name="SilentWait">The time to wait after a 429 that names none. Null: a short time, which doubles with each further 429.</param>
/// <param name="AtOnce">The number of calls for one company that the API processes at once. Null: not limited.</param>
/// <param name="ReadsHeaders">Whether the <c>X-RateLimit-*</c> headers count: their period is the hour of Visma.net ERP.</param>
internal sealed record RateLimitRules(Pace Pace, TimeSpan? SilentWait = null, int? AtOnce = null, bool ReadsHeaders = false)
{
    // The limits count per minute, so after a minute the budget has certainly opened.
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>The rules of a dialect, with what the application knows better.</summary>
    public static RateLimitRules Of(RateLimitDialect dialect, VismaResilienceOptions options)
    {
        RateLimitRules known = dialect switch
        {
            RateLimitDialect.EAccounting => new(Pace.PerMinute(600)),
            RateLimitDialect.Dinero => new(Pace.PerMinute(100), Window),
            RateLimitDialect.BusinessNxt => new(Pace.PerMinute(600), Window, AtOnce: 60),
            RateLimitDialect.NetErp or RateLimitDialect.NetErpOldHost => new(Pace.Unknown, ReadsHeaders: true),
            _ => new(Pace.Unknown),
        };
        return known with
        {
            Pace = options.CallsPerMinute is { } calls ? Pace.PerMinute(calls) : known.Pace,
            AtOnce = options.MaxConcurrentCalls ?? known.AtOnce,
        };
    }
}
