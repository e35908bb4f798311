using System.Net;

namespace Visma.Connect.Sdk;

public sealed partial class VismaRateLimitException
{
    /// <summary>Creates the exception without a message.</summary>
    public VismaRateLimitException()
        : this(null)
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    /// <param name="message">Which API refuses calls of which company, and until when.</param>
    public VismaRateLimitException(string? message)
        : this(message, null)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    /// <param name="message">Which API refuses calls of which company, and until when.</param>
    /// <param name="innerException">The cause.</param>
    public VismaRateLimitException(string? message, Exception? innerException)
        : base(message, innerException, HttpStatusCode.TooManyRequests)
    {
    }
}
