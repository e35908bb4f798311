namespace Visma.Connect.Sdk;

/// <summary>Chooses the token that a request carries, and the company that it is counted with.</summary>
public static class VismaRequestExtensions
{
    /// <summary>Makes the request carry the service token of one customer company.</summary>
    /// <param name="request">A request that goes through an HttpClient with <c>AddVismaToken</c>.</param>
    /// <param name="tenantId">The company's tenant id.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">The tenant is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">
    /// The request already names a token in another way, or it is one of a client that <see cref="VismaClientFactory{T}"/> has bound to another token.
    /// </exception>
    public static HttpRequestMessage SetTenant(this HttpRequestMessage request, string tenantId)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrWhiteSpace(tenantId);
        NamedToken.Set(request, tenantId);
        return request;
    }

    /// <summary>Makes the request carry the user token of a connection.</summary>
    /// <param name="request">A request that goes through an HttpClient with <c>AddVismaToken</c>.</param>
    /// <param name="connection">The name under which the user connected; see <see cref="VismaConnections"/>.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">The connection is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">
    /// The request already names a token in another way, or it is one of a client that <see cref="VismaClientFactory{T}"/> has bound to another token.
    /// </exception>
    public static HttpRequestMessage SetConnection(this HttpRequestMessage request, string connection)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrWhiteSpace(connection);
        NamedToken.Set(request, new ConnectionName(connection));
        return request;
    }

    /// <summary>
    /// Chooses the company of a call with a VNI token. It is sent in the header <c>ipp-company-id</c>, and only together with a VNI token.
    /// </summary>
    /// <param name="request">A request that goes through an HttpClient with <c>AddVismaToken</c>.</param>
    /// <param name="companyId">The company's <see cref="VniCompany.Id"/>.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">The company is null, empty or white space.</exception>
    [Obsolete(LegacyVni.Advice, DiagnosticId = LegacyVni.DiagnosticId, UrlFormat = LegacyVni.Url)]
    public static HttpRequestMessage SetVniCompany(this HttpRequestMessage request, string companyId)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrWhiteSpace(companyId);
        VniHeaders.SetCompany(request, companyId);
        return request;
    }

    /// <summary>
    /// Names the company whose calls Business NXT counts this request with, for <c>AddVismaResilience</c>, if the token is not for one company: Business NXT
    /// processes a number of calls for one company at once, and the query names the company. Without it, all calls with the same token count together.
    /// </summary>
    /// <param name="request">A request that goes through an HttpClient with <c>AddVismaResilience</c>.</param>
    /// <param name="company">The company, as the query names it: for example the number of <c>useCompany(no: ...)</c>. It is not sent.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">The company is null, empty or white space.</exception>
    public static HttpRequestMessage SetRateLimitCompany(this HttpRequestMessage request, string company)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrWhiteSpace(company);
        RateLimitCompany.Set(request, company);
        return request;
    }

    /// <summary>Makes the request carry the token of a <see cref="TokenKey"/>, for example one with other scopes than the client's.</summary>
    /// <param name="request">A request that goes through an HttpClient with <c>AddVismaToken</c>.</param>
    /// <param name="key">
    /// A key of the client whose tokens the HttpClient sends. For a key of another client, the call throws <see cref="InvalidOperationException"/>
    /// before anything is sent.
    /// </param>
    /// <returns>The request.</returns>
    /// <exception cref="InvalidOperationException">
    /// The request already names a token in another way, or it is one of a client that <see cref="VismaClientFactory{T}"/> has bound to another token.
    /// </exception>
    public static HttpRequestMessage SetTokenKey(this HttpRequestMessage request, TokenKey key)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(key);
        NamedToken.Set(request, key);
        return request;
    }

    /// <summary>
    /// Whether the request names the token that it is to carry, with <see cref="SetTenant"/>, <see cref="SetConnection"/>, <see cref="SetTokenKey"/> or a
    /// client that is bound to one: for a handler of an application that names a token only where none is named.
    /// </summary>
    /// <param name="request">A request.</param>
    /// <returns>True if a token is named.</returns>
    public static bool NamesToken(this HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return NamedToken.Get(request) is not null;
    }
}
