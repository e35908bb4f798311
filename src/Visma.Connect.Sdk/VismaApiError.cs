using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>What an API of Visma answered instead of a result, and what to do about it.</summary>
/// <remarks>Immutable and thread-safe. The texts of the API are for a log or a developer, not for an end user.</remarks>
public sealed record VismaApiError
{
    /// <summary>Creates an error, for the unit tests of an application.</summary>
    /// <param name="statusCode">The HTTP status.</param>
    /// <param name="code">The API's own code.</param>
    /// <param name="message">The API's own text.</param>
    /// <param name="correlationId">The identifier for Visma's support.</param>
    /// <param name="retryAfter">How long to wait.</param>
    /// <param name="remedy">What to do.</param>
    public VismaApiError(
        HttpStatusCode statusCode,
        string? code = null,
        string? message = null,
        string? correlationId = null,
        TimeSpan? retryAfter = null,
        VismaRemedy? remedy = null)
    {
        StatusCode = statusCode;
        Code = code;
        Message = message;
        CorrelationId = correlationId;
        RetryAfter = retryAfter;
        Remedy = remedy;
    }

    /// <summary>The HTTP status. GraphQL APIs answer 200 to a request that they refuse.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>
    /// The API's own code: <c>ErrorCode</c> of eAccounting, <c>ExceptionFaultCode</c> of Visma.net ERP, <c>extensions.code</c> of Business NXT, or the
    /// error of a bearer challenge (RFC 6750 section 3.1). Null if the API does not return it.
    /// </summary>
    public string? Code { get; }

    /// <summary>The API's own text, up to 500 characters, without control characters. Null if the API does not return it.</summary>
    public string? Message { get; }

    /// <summary>
    /// The identifier of this answer; tell it to Visma's support: <c>ErrorId</c> of eAccounting, <c>ExceptionMessageID</c> of Visma.net ERP,
    /// <c>x-vbc-traceid</c> of Business NXT. Null if the API does not return it.
    /// </summary>
    public string? CorrelationId { get; }

    /// <summary>How long to wait before the next request, if the API says so (RFC 9110 section 10.2.3). Otherwise null.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The usual cause and what to do. Null if the cause is not known.</summary>
    public VismaRemedy? Remedy { get; }

    /// <summary>Returns status, code, text, identifier and remedy.</summary>
    public override string ToString() => string.Concat(
        FormattableString.Invariant($"{(int)StatusCode}"),
        Code is null ? "" : $" {Code}",
        Message is null ? "." : $": {Message.TrimEnd('.')}.",
        CorrelationId is null ? "" : $" Id: {CorrelationId}.",
        Remedy is null ? "" : $" {Remedy}");
}
