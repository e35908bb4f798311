using System.Globalization;

namespace Visma.Connect.Sdk;

/// <summary>Identifies the calls that an API counts together.</summary>
/// <param name="Api">The name of the API.</param>
/// <param name="Owner">The client with its company or connection, or the client alone if all its companies share the budget.</param>
/// <param name="Part">The endpoint, the organisation or the company that the budget is for, where the API divides further. Null: all calls.</param>
internal readonly record struct BudgetKey(string Api, TokenKey Owner, string? Part)
{
    /// <summary>The budget that a request is counted in.</summary>
    /// <param name="api">The API.</param>
    /// <param name="key">Whose token the request carries.</param>
    /// <param name="client">The key of the client alone.</param>
    /// <param name="request">The request.</param>
    public static BudgetKey Of(VismaApi api, TokenKey key, TokenKey client, HttpRequestMessage request) => api.RateLimits switch
    {
        RateLimitDialect.NetErpOldHost => new(api.Name, client, null),
        RateLimitDialect.EAccounting => new(api.Name, client, $"{request.Method} {EndpointOf(PathOf(request))}"),
        RateLimitDialect.Dinero => new(api.Name, client, OrganisationOf(PathOf(request))),
        _ => new(api.Name, WithoutScopes(key), null),
    };

    /// <summary>The budget of the calls that the API processes at once, which it counts per company.</summary>
    /// <param name="api">The API.</param>
    /// <param name="key">Whose token the request carries.</param>
    /// <param name="client">The key of the client alone.</param>
    /// <param name="company">The company that the request names; null if its token is for one company.</param>
    public static BudgetKey OfCallsAtOnce(VismaApi api, TokenKey key, TokenKey client, string? company) =>
        company is null ? new(api.Name, WithoutScopes(key), "at once") : new(api.Name, client, $"at once, company {company}");

    /// <summary>The key without scopes: tokens with other scopes are for the same company, which has one budget.</summary>
    public static TokenKey WithoutScopes(TokenKey key) => key.Scopes.Count == 0 ? key : key.WithScopes();

    // BearerTokenHandler refuses a request without an absolute address.
    private static string PathOf(HttpRequestMessage request) => request.RequestUri is { IsAbsoluteUri: true } address ? address.AbsolutePath : "";

    // The path without its ids: customers/{id}. Otherwise each document would have a separate budget, and none would ever be exhausted here.
    private static string EndpointOf(string path) =>
        string.Join("/", path.Split('/').Select(segment => IsId(segment) ? "{id}" : segment));

    private static bool IsId(string segment) =>
        segment.Length > 0 && (Guid.TryParse(segment, out _) || long.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out _));

    // The segment after the version: /v1/{organisation}/contacts.
    private static string? OrganisationOf(string path)
    {
        string[] segments = path.Split('/');
        int version = Array.FindIndex(segments, IsVersion);
        return version >= 0 && version + 1 < segments.Length ? segments[version + 1] : null;
    }

    private static bool IsVersion(string segment) => segment.Length >= 2 && segment[0] == 'v' && char.IsDigit(segment[1]);
}
