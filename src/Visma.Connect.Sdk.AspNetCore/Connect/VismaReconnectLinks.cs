using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

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
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromDays(7);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(90);

    // Null in a mock, which overrides the method that uses them.
    private readonly VismaConnectEndpointOptions _options = null!;
    private readonly ConnectClients _clients = null!;
    private readonly VismaConnections _connections = null!;
    private readonly ReconnectLinkText _texts = null!;
    private readonly TimeProvider _time = null!;

    internal VismaReconnectLinks(
        IOptions<VismaConnectEndpointOptions> options,
        ConnectClients clients,
        VismaConnections connections,
        ReconnectLinkText texts,
        TimeProvider time)
    {
        _options = options.Value;
        _clients = clients;
        _connections = connections;
        _texts = texts;
        _time = time;
    }

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
    public virtual async Task<Uri> CreateAsync(
        Uri application,
        string client,
        string connection,
        TimeSpan? lifetime = null,
        CancellationToken cancellationToken = default)
    {
        RequireSecure(application);
        TimeSpan valid = lifetime ?? DefaultLifetime;
        if (valid <= TimeSpan.Zero || valid > LongestLifetime)
        {
            throw new ArgumentOutOfRangeException(nameof(lifetime), lifetime, "A link is valid for at most 90 days.");
        }

        VismaConnection? stored = await _connections.FindAsync(client, connection, cancellationToken).ConfigureAwait(false);
        string text = _texts.Seal(new ReconnectLink
        {
            Id = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(16)),
            Client = _clients.SpellingOf(client),
            Connection = connection,
            ExpiresAt = _time.GetUtcNow() + valid,
            Company = stored?.Company,
            ChecksCompany = stored is not null
                && _clients.TryFind(client, out VismaClientOptions? settings)
                && _clients.TokensNameCompany(settings, stored),
        });
        string root = application.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return new Uri(LocalPath.With(root + _options.Path + ConnectPaths.Reconnect, (ConnectPaths.LinkParameter, text)));
    }

    private static void RequireSecure(Uri application)
    {
        ArgumentNullException.ThrowIfNull(application);
        if (!application.IsAbsoluteUri || (application.Scheme != Uri.UriSchemeHttps && !(application.Scheme == Uri.UriSchemeHttp && application.IsLoopback)))
        {
            throw new ArgumentException("The address of the application must be absolute, and https: the network can read an http link.", nameof(application));
        }
    }
}
