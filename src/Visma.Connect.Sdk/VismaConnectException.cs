using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>No token could be obtained, or an answer of Visma's is unusable. The message says what was tried, what came back and what to do.</summary>
/// <remarks>Log it; try again later when <see cref="IsTransient"/>. It holds no token, secret or raw reply.</remarks>
public class VismaConnectException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public VismaConnectException()
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    /// <param name="message">What was tried, what came back, what to do. No secret.</param>
    public VismaConnectException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    /// <param name="message">What was tried, what came back, what to do. No secret.</param>
    /// <param name="innerException">The cause.</param>
    public VismaConnectException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The error code of the reply, such as <c>invalid_client</c> (RFC 6749 section 5.2); null when it had none.</summary>
    public string? Error { get; init; }

    /// <summary>The server's own explanation (<c>error_description</c>), for a log and not for an end user; null when it had none.</summary>
    public string? ErrorDescription { get; init; }

    /// <summary>The HTTP status of the reply; null when there was no reply.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>The identifier that the server gave the request, to be quoted to Visma's support; null when it gave none.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>What to do about it, where the cause is known; null where it is not.</summary>
    public string? Remedy { get; init; }

    /// <summary>Whether the same request may succeed later without a change of settings: a time-out, a lost connection, 429, 5xx.</summary>
    public bool IsTransient { get; init; }

    /// <summary>How long the server asked to be left alone (<c>Retry-After</c>, RFC 9110 section 10.2.3); null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// Whether the user said no at Visma's pages (<c>access_denied</c>, RFC 6749 section 4.1.2.1): nothing is wrong, offer to begin again.
    /// </summary>
    public bool IsCancelledByUser { get; init; }

    /// <summary>The same again in other words, for a caller who comes later.</summary>
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

    // Surely before the request left, so that what it carried is unspent.
    internal bool WasNotSent { get; set; }
}
