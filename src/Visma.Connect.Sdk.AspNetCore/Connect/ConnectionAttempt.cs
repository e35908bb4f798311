using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk;

/// <summary>
/// One request of a browser to connect a company: what <see cref="VismaConnectEndpointOptions.AuthorizeConnection"/> decides about, and the resource of
/// <see cref="VismaConnectEndpointOptions.AuthorizationPolicy"/>.
/// </summary>
/// <remarks>Immutable. It is used within its request only, as its <see cref="HttpContext"/> is.</remarks>
public sealed class ConnectionAttempt
{
    /// <summary>Creates an attempt. Applications use it in unit tests of their decision.</summary>
    /// <param name="httpContext">The request.</param>
    /// <param name="client">The name of the client.</param>
    /// <param name="connection">The name of the connection.</param>
    /// <param name="step">Whether the attempt begins, or its browser has come back.</param>
    /// <param name="isReconnectLink">Whether a link of <see cref="VismaReconnectLinks"/> has begun it.</param>
    public ConnectionAttempt(
        HttpContext httpContext,
        string client,
        string connection,
        ConnectionStep step = ConnectionStep.Start,
        bool isReconnectLink = false)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(connection);
        HttpContext = httpContext;
        Client = client;
        Connection = connection;
        Step = step;
        IsReconnectLink = isReconnectLink;
    }

    /// <summary>The request. Its <c>RequestServices</c> are the scoped services of the application.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>The user who is signed in to the application. Anonymous if none is, which is usual for a reconnect link.</summary>
    public ClaimsPrincipal User => HttpContext.User;

    /// <summary>The name of the client in <see cref="VismaConnectOptions.Clients"/>. Names of clients compare without case.</summary>
    public string Client { get; }

    /// <summary>
    /// The name of the connection, for example <c>customer-42</c>. At <see cref="ConnectionStep.Start"/> it is text from the address, which the user can
    /// change at will.
    /// </summary>
    public string Connection { get; }

    /// <summary>Whether the attempt begins, or its browser has come back from the identity server.</summary>
    public ConnectionStep Step { get; }

    /// <summary>
    /// Whether a link of <see cref="VismaReconnectLinks"/> has begun the attempt. The application has created that link for this client and connection, and
    /// <see cref="User"/> is usually anonymous.
    /// </summary>
    public bool IsReconnectLink { get; }

    /// <summary>Returns client, connection and step.</summary>
    public override string ToString() => $"{TokenKey.ForConnection(Client, Connection)}: {Step}{(IsReconnectLink ? ", by a reconnect link" : "")}";
}
