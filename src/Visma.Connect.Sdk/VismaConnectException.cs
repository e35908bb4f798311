using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>
/// No token could be obtained, or an answer of Visma is unusable. The message says what was requested, what the answer was, and what to do.
/// </summary>
/// <remarks>
/// Log it. If <see cref="IsTransient"/>, try again later. It contains no token, no secret and no raw reply. The code that throws it sets the
/// properties.
/// </remarks>
public class VismaConnectException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public VismaConnectException()
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    /// <param name="message">What was requested, what the answer was, and what to do. It must not contain a secret.</param>
    public VismaConnectException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    /// <param name="message">What was requested, what the answer was, and what to do. It must not contain a secret.</param>
    /// <param name="innerException">The cause.</param>
    public VismaConnectException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    // What happened, and what to do about it.
    internal VismaConnectException(string fact, VismaRemedy? remedy, Exception? innerException)
        : base(remedy is null ? fact : $"{fact} {remedy}", innerException) => Remedy = remedy;

    /// <summary>The error code of the reply, for example <c>invalid_client</c> (RFC 6749 section 5.2). Null if absent.</summary>
    public string? Error { get; set; }

    /// <summary>The server's explanation (<c>error_description</c>), for a log and not for an end user. Null if absent.</summary>
    public string? ErrorDescription { get; set; }

    /// <summary>The HTTP status of the reply. Null if there was no reply.</summary>
    public HttpStatusCode? StatusCode { get; set; }

    /// <summary>The identifier that the server gave the request; tell it to Visma's support. Null if absent.</summary>
    public string? CorrelationId { get; set; }

    /// <summary>
    /// The usual cause and what to do, with the page that documents it. Its text is part of the message. Null if the cause is not known.
    /// </summary>
    public VismaRemedy? Remedy
    {
        get;
        set
        {
            field = value;
            HelpLink = value?.Page?.AbsoluteUri ?? HelpLink;
        }
    }

    /// <summary>
    /// Whether the same request can succeed later, without a change of settings: after a time-out, a network failure, 429 or 5xx. Default: false.
    /// </summary>
    public bool IsTransient { get; set; }

    /// <summary>How long to wait before the next request, if the server said so (<c>Retry-After</c>, RFC 9110 section 10.2.3). Otherwise null.</summary>
    public TimeSpan? RetryAfter { get; set; }

    /// <summary>
    /// Whether the user declined on Visma's pages (<c>access_denied</c>, RFC 6749 section 4.1.2.1). That is not an error: let the user begin again.
    /// Default: false.
    /// </summary>
    public bool IsCancelledByUser { get; set; }

    /// <summary>Returns the same failure for a later caller, whose request is not sent because of it.</summary>
    internal VismaConnectException ForHeldBack(string why, TimeSpan wait)
    {
        VismaConnectException held = Again(
            FormattableString.Invariant($"{why}, so nothing is sent within {wait.TotalSeconds:0.#} s. The last failure: {Message}"),
            wait);
        held.WasHeldBack = true;
        held.WasNotSent = true;
        return held;
    }

    /// <summary>Returns a new exception with the same facts and another message, for a later caller.</summary>
    internal VismaConnectException Again(string message, TimeSpan? retryAfter) => new(message, this)
    {
        Error = Error,
        ErrorDescription = ErrorDescription,
        StatusCode = StatusCode,
        CorrelationId = CorrelationId,
        Remedy = Remedy,
        IsTransient = IsTransient,
        RetryAfter = retryAfter,
    };

    // True if this process certainly sent nothing: a refresh token or code is as valid as before.
    internal bool WasNotSent { get; set; }

    // True if this process sent nothing because of an earlier failure, or because it stops.
    internal bool WasHeldBack { get; set; }
}
