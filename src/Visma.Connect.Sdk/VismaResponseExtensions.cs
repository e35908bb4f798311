namespace Visma.Connect.Sdk;

/// <summary>Reads why an API refused a request, and how many calls it still allows.</summary>
public static class VismaResponseExtensions
{
    /// <summary>
    /// Reads why an API refused the token: <c>invalid_token</c>, or <c>insufficient_scope</c> with the scope it needs (RFC 6750 section 3).
    /// </summary>
    /// <param name="response">A response with status 401 or 403.</param>
    /// <returns>The challenge, or null if the response has none for bearer tokens.</returns>
    public static BearerChallenge? GetBearerChallenge(this HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return BearerChallenge.From(response);
    }

    /// <summary>
    /// Explains an answer that is an error: the API's own code and text, the identifier for Visma's support, and the usual cause with its remedy.
    /// It knows the forms of Visma.net ERP, eAccounting, Dinero, Business NXT (whose errors have status 200) and VNI.
    /// </summary>
    /// <remarks>At most 64 KiB of the body are read. The body stays readable for the caller, from its beginning.</remarks>
    /// <param name="response">The response of an API. It is not changed otherwise, and not disposed of.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The error, or null if the response is a success.</returns>
    /// <exception cref="HttpRequestException">The connection failed while the body was read.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static Task<VismaApiError?> ExplainAsync(this HttpResponseMessage response, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(response);
        return ApiErrorReader.ReadAsync(response, TimeProvider.System, cancellationToken);
    }

    /// <summary>Reads the budget of calls, which Visma.net ERP puts into each response.</summary>
    /// <param name="response">A response of an API.</param>
    /// <returns>The budget when the API answered, or null if the response does not say it, as at the other APIs.</returns>
    public static RateLimit? GetRateLimit(this HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return RateLimit.From(response);
    }
}
