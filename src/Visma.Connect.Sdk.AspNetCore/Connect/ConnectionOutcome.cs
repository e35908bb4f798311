using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk;

/// <summary>How an attempt to connect a company ended: what <see cref="VismaConnectEndpointOptions.Respond"/> answers.</summary>
/// <remarks>Immutable. It contains no token, no code and no state. It is used within its request only.</remarks>
public sealed class ConnectionOutcome
{
    /// <summary>Creates an outcome. Applications use it in unit tests.</summary>
    /// <param name="httpContext">The request.</param>
    /// <param name="kind">How the attempt ended.</param>
    public ConnectionOutcome(HttpContext httpContext, ConnectionOutcomeKind kind)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        HttpContext = httpContext;
        Kind = kind;
    }

    /// <summary>The request.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>How the attempt ended.</summary>
    public ConnectionOutcomeKind Kind { get; }

    /// <summary>
    /// The status of the built-in page: 200, unless <see cref="Kind"/> is <see cref="ConnectionOutcomeKind.Failed"/>. docs/web-applications.md lists the
    /// statuses.
    /// </summary>
    public int StatusCode { get; init; } = StatusCodes.Status200OK;

    /// <summary>What happened and what the user can do, in one or two English sentences, as the built-in page shows it. It contains no secret.</summary>
    public string Message { get; init; } = "";

    /// <summary>The name of the client. Null if the request does not belong to an attempt that this browser has begun.</summary>
    public string? Client { get; init; }

    /// <summary>The name of the connection. Null if the request does not belong to an attempt that this browser has begun.</summary>
    public string? Connection { get; init; }

    /// <summary>Whether a link of <see cref="VismaReconnectLinks"/> has begun the attempt.</summary>
    public bool IsReconnectLink { get; init; }

    /// <summary>
    /// The connection, if it is connected. After a reload it is the stored connection of that moment; null if it was disconnected since.
    /// </summary>
    public VismaConnection? Connected { get; init; }

    /// <summary>Why the attempt failed, for a log and not for the user. Null if it was refused without an exception, and after success.</summary>
    public Exception? Failure { get; init; }

    /// <summary>The local address that the start named as <c>returnUrl</c>. Null if it named none.</summary>
    public string? ReturnUrl { get; init; }

    /// <summary>The local address at which the user can begin again. Null if there is none.</summary>
    public string? RetryUrl { get; init; }
}
