namespace Visma.Connect.Sdk;

/// <summary>Names whose token a request carries, and reads why an API refused one.</summary>
public static class VismaRequestExtensions
{
    /// <summary>Has the request carry the service token of one customer company.</summary>
    /// <param name="request">A request that goes through an HttpClient with <c>AddVismaToken</c>.</param>
    /// <param name="tenant">The company's tenant id.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">The tenant is null, empty or white space.</exception>
    public static HttpRequestMessage SetTenant(this HttpRequestMessage request, string tenant)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrWhiteSpace(tenant);
        NamedToken.Set(request, tenant);
        return request;
    }

    /// <summary>Has the request carry the token of a whole key, for scopes that are not the client's own.</summary>
    /// <param name="request">A request that goes through an HttpClient with <c>AddVismaToken</c>.</param>
    /// <param name="key">A key of the client that the HttpClient takes its tokens from; another is refused before anything is sent.</param>
    /// <returns>The request.</returns>
    public static HttpRequestMessage SetTokenKey(this HttpRequestMessage request, TokenKey key)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(key);
        NamedToken.Set(request, key);
        return request;
    }

    /// <summary>
    /// Reads why an API refused the token: <c>invalid_token</c>, or <c>insufficient_scope</c> with the scope it needs (RFC 6750 section 3).
    /// </summary>
    /// <param name="response">A response with status 401 or 403.</param>
    /// <returns>The challenge, or null when the response has none for bearer tokens.</returns>
    public static BearerChallenge? GetBearerChallenge(this HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return BearerChallenge.From(response);
    }
}
