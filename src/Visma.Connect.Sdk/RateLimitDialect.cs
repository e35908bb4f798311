namespace Visma.Connect.Sdk;

/// <summary>How an API limits its calls: what counts as one budget, and how it says that the budget is exhausted.</summary>
/// <remarks>
/// A status of 429 and <c>Retry-After</c> (RFC 9110 section 10.2.3) are understood in every dialect. Sources: Visma's documentation and public
/// clients, read in November 2026.
/// </remarks>
public enum RateLimitDialect
{
    /// <summary>Nothing but 429 and <c>Retry-After</c>. One budget for each client and company. The default of an API that is not built in.</summary>
    RetryAfter,

    /// <summary>
    /// Visma.net ERP: <c>X-RateLimit-Limit</c>, <c>-Remaining</c>, <c>-Reset</c> and <c>-Policy</c> on every response. One budget for each client and
    /// company, for an hour.
    /// </summary>
    NetErp,

    /// <summary>The old host of Visma.net ERP, <c>integration.visma.net</c>: as <see cref="NetErp"/>, with one budget for all companies of a client.</summary>
    NetErpOldHost,

    /// <summary>
    /// eAccounting: 429 with <c>ErrorCode</c> 4010, and the time to wait in prose ("Try again in 55 seconds"). One budget for each client and endpoint:
    /// 600 calls a minute.
    /// </summary>
    EAccounting,

    /// <summary>
    /// Dinero: 429 with "API calls quota exceeded!" and no time. One budget for each client and organisation: 100 calls a minute, and 60 for a personal
    /// integration.
    /// </summary>
    Dinero,

    /// <summary>
    /// Business NXT: 429 after 600 calls a minute with one token, and the status 200 with the error <c>OUTSTANDING_LIMIT_EXCEEDED</c> above 60 calls at
    /// once for one company.
    /// </summary>
    BusinessNxt,
}
