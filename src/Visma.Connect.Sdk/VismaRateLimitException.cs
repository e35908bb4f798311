namespace Visma.Connect.Sdk;

/// <summary>
/// An API allows no further calls for now, and the call is not sent again: it would wait longer than <see cref="VismaResilienceOptions.MaxWait"/>, or its
/// body can be read only once. Try again at <see cref="RetryAt"/>.
/// </summary>
/// <remarks>
/// Only an HttpClient with <c>AddVismaResilience</c> throws it. On .NET 5 and later, its status code is 429. It contains no token and no raw response. The
/// code that throws it sets the properties.
/// </remarks>
public sealed partial class VismaRateLimitException : HttpRequestException
{
    /// <summary>The name of the API. Null if it is not known.</summary>
    public string? Api { get; set; }

    /// <summary>Whose token the call carries: the client, with its company (<see cref="TokenKey.TenantId"/>) or connection. Null if it is not known.</summary>
    public TokenKey? Key { get; set; }

    /// <summary>The part of the API whose budget is exhausted: see <see cref="CallBudget.Part"/>. Null if the budget is for all calls.</summary>
    public string? Part { get; set; }

    /// <summary>The limit that was reached, what to do, and the page of Visma that documents it. Null if the limit of the API is not documented.</summary>
    public VismaRemedy? Remedy { get; set; }

    /// <summary>The earliest time at which the call can succeed.</summary>
    public DateTimeOffset RetryAt { get; set; }

    /// <summary>The time from the throw to <see cref="RetryAt"/>.</summary>
    public TimeSpan RetryAfter { get; set; }
}
