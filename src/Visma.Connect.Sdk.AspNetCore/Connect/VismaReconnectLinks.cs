namespace Visma.Connect.Sdk;

/// <summary>Creates links with which a user connects one company again, in any browser and without signing in to the application: to be sent by mail.</summary>
/// <remarks>
/// <para>
/// A link is for one client and one connection, can be used for one consent, and expires. It is the authorization: who has the link can connect this
/// connection, so send it only to the customer. If the connection's company is known, a consent for another company is refused. A link opens a page with a
/// button, so that a scanner of mails does not use it up. <c>app.MapVismaConnect</c> answers it.
/// </para>
/// <para>Thread-safe. The container has one instance, a singleton. Unit tests can replace it: every member is virtual.</para>
/// </remarks>
public class VismaReconnectLinks
{
    /// <summary>Only for a derived class, such as a mock in a unit test.</summary>
    protected VismaReconnectLinks()
    {
    }

    /// <summary>Creates a link.</summary>
    /// <param name="application">
    /// The public address of the application, for example <c>https://portal.acme.example</c>: https, or http on loopback. It may have a path, under which
    /// the application runs.
    /// </param>
    /// <param name="client">The name of a client in <see cref="VismaConnectOptions.Clients"/>.</param>
    /// <param name="connection">The application's name for the connection. It need not exist.</param>
    /// <param name="lifetime">How long the link can be used. Default: 7 days. At most 90 days.</param>
    /// <param name="cancellationToken">Cancels the look at the stored connection.</param>
    /// <returns>The link. It is a secret until it is used or expires: do not log it.</returns>
    /// <exception cref="ArgumentException">The address, a name or the lifetime is not valid.</exception>
    /// <exception cref="InvalidOperationException">The client does not exist.</exception>
    /// <exception cref="VismaConnectException">The token cache failed.</exception>
    public virtual Task<Uri> CreateAsync(
        Uri application,
        string client,
        string connection,
        TimeSpan? lifetime = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
