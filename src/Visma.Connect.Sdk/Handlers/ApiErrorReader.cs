namespace Visma.Connect.Sdk;

/// <summary>Reads what an API answered instead of a result, and finds the known cause.</summary>
internal static class ApiErrorReader
{
    private const int MostBytes = 64 * 1024;

    /// <returns>The error. Null if the answer is a result.</returns>
    public static async Task<VismaApiError?> ReadAsync(HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode && !IsJson(response))
        {
            return null;
        }

        ApiErrorBody body = ApiErrorBody.Read(await PeekedBody.ReadAsync(response, MostBytes, cancellationToken).ConfigureAwait(false));
        if (response.IsSuccessStatusCode && !body.IsOfGraphQl)
        {
            return null;
        }

        BearerChallenge? challenge = BearerChallenge.From(response);
        return new VismaApiError(
            response.StatusCode,
            body.Code ?? (challenge?.Error is { } error ? ApiText.Of(error) : null),
            body.Message ?? (challenge?.ErrorDescription is { } description ? ApiText.Of(description) : null),
            body.CorrelationId ?? CorrelationIdOf(response),
            RetryAfter.From(response.Headers, time.GetUtcNow()),
            CauseOf(response, body, challenge)?.Remedy);
    }

    private static bool IsJson(HttpResponseMessage response) =>
        response.Content?.Headers.ContentType?.MediaType is { } type && type.EndsWith("json", StringComparison.OrdinalIgnoreCase);

    // The first is Business NXT's.
    private static string? CorrelationIdOf(HttpResponseMessage response) =>
        CorrelationId.Find(response.Headers, "x-vbc-traceid", "x-correlation-id", "x-request-id", "request-id") is { } id ? ApiText.Of(id) : null;

    private static KnownCause? CauseOf(HttpResponseMessage response, ApiErrorBody body, BearerChallenge? challenge) =>
        CauseOf(body) ?? (int)response.StatusCode switch
        {
            401 => CauseOfRefusedToken(response, body, challenge),
            403 when challenge?.Error == "insufficient_scope" => ApiCauses.ScopeMissing,
            404 when AudienceAddress.Is(response.RequestMessage?.RequestUri) => ApiCauses.AudienceAsAddress,
            429 => CauseOfLimit(response, body),
            _ => null,
        };

    private static KnownCause? CauseOf(ApiErrorBody body) => body.Number switch
    {
        12027 when body.IsFault => ApiCauses.NoLicence,
        12002 when body.IsFault => ApiCauses.OldToken,
        48 when !body.IsFault => ApiCauses.DineroSubscription,
        { } number when !body.IsFault => EAccountingCauses.Of(number),
        _ when body.Code == OutstandingLimit.Code => ApiCauses.BusinessNxtAtOnce,
        _ when body.Mentions("No license for this company") => ApiCauses.NoLicence,
        _ when body.Mentions("ipp-company-id") => ApiCauses.OldToken,
        _ => null,
    };

    /// <summary>The cause of a 401 to a new token, without a look at the body.</summary>
    public static KnownCause CauseOfRefusedToken(HttpResponseMessage response) =>
        CauseOfRefusedToken(response, ApiErrorBody.None, BearerChallenge.From(response));

    private static KnownCause CauseOfRefusedToken(HttpResponseMessage response, ApiErrorBody body, BearerChallenge? challenge)
    {
        if (body.Mentions("Jwt is missing"))
        {
            return ApiCauses.NoToken;
        }

        // A client of VNI recognises its refused tokens by these words.
        if (IsOldHost(response) && (body.Mentions("token") || body.Mentions("companyincontext")))
        {
            return ApiCauses.VniTokenReplaced;
        }

        string why = $"{challenge?.ErrorDescription} {body.Message}";
        return why.Contains("expired", StringComparison.OrdinalIgnoreCase) || why.Contains("not yet valid", StringComparison.OrdinalIgnoreCase)
            ? IdentityServerCauses.WrongClock
            : ApiCauses.WrongTenant;
    }

    private static KnownCause CauseOfLimit(HttpResponseMessage response, ApiErrorBody body) =>
        IsOldHost(response) ? ApiCauses.OldHost
        : body.Mentions("API calls quota exceeded") ? ApiCauses.DineroLimit
        : response.RequestMessage?.RequestUri?.AbsolutePath.Contains("/graphql", StringComparison.OrdinalIgnoreCase) == true ? ApiCauses.BusinessNxtLimit
        : ApiCauses.NetErpLimit;

    // The policy of the old host is the sixth (https://docs.vismasoftware.no/vismanetapi/api-reference/rate-limits).
    private static bool IsOldHost(HttpResponseMessage response) =>
        string.Equals(response.RequestMessage?.RequestUri?.Host, "integration.visma.net", StringComparison.OrdinalIgnoreCase)
        || (response.Headers.TryGetValues("X-RateLimit-Policy", out IEnumerable<string>? policies) && policies.Contains("6-fixed-window"));
}
