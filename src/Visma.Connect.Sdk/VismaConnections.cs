using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>
/// Begins, completes, finds, lists, imports and ends connections. A connection is the consent of one user for one client, under a name that the application
/// chooses, for example <c>customer-42</c>. Its tokens are requested as usual, with <c>request.SetConnection</c>,
/// <c>VismaClientFactory&lt;T&gt;.ForConnection</c> or <see cref="TokenKey.ForConnection(string, string)"/>, and are renewed automatically.
/// </summary>
/// <remarks>Thread-safe. The container has one instance, a singleton. Unit tests can replace it: every member is virtual.</remarks>
public partial class VismaConnections
{
    // Null in a mock, which overrides the methods that use them.
    private readonly ClientDirectory _clients = null!;
    private readonly AuthorizationServers _servers = null!;
    private readonly StoredConnections _stored = null!;
    private readonly LastingCacheRule _lastingCache = null!;
    private readonly ConsentCompletion _completions = null!;
    private readonly ConnectionEnding _disconnections = null!;

    internal VismaConnections(
        ClientDirectory clients,
        AuthorizationServers servers,
        StoredConnections stored,
        LastingCacheRule lastingCache,
        ConsentCompletion completions,
        ConnectionEnding disconnections,
        ConnectionImport import,
        ConnectionExport export)
    {
        _clients = clients;
        _servers = servers;
        _stored = stored;
        _lastingCache = lastingCache;
        _completions = completions;
        _disconnections = disconnections;
        _import = import;
        _export = export;
    }

    /// <summary>
    /// Only for a derived class, such as a mock in a unit test. It must override the methods that are called: in this class they do not work after
    /// this constructor.
    /// </summary>
    protected VismaConnections()
    {
    }

    /// <summary>
    /// Begins a consent. Send the user's browser to <see cref="AuthorizationRequest.Url"/>, and keep the request for
    /// <see cref="CompleteAsync"/> until the browser returns.
    /// </summary>
    /// <param name="client">The name of a client in <see cref="VismaConnectOptions.Clients"/>.</param>
    /// <param name="connection">
    /// The application's name for the connection. It is logged, so it must not contain a secret or personal data. If there is a connection of this
    /// name, it
    /// keeps working until the new consent is complete.
    /// </param>
    /// <param name="options">How to ask for the consent. Default: as the client's settings say.</param>
    /// <returns>The authorization request. It holds secrets: keep it on the server, in the session of this browser.</returns>
    /// <exception cref="OptionsValidationException">
    /// A setting is missing or wrong: for example the redirect URI is missing, a scope is missing that eAccounting requires, or connections would be
    /// kept in memory
    /// outside the environment Development.
    /// </exception>
    /// <exception cref="InvalidOperationException">The client does not exist, or users cannot consent at its authority.</exception>
    /// <exception cref="ArgumentException">A name is empty, or an option is wrong.</exception>
    public virtual AuthorizationRequest Begin(string client, string connection, AuthorizationRequestOptions? options = null)
    {
        TokenKey key = TokenKey.ForConnection(client, connection);
        AuthorizationServer server = ServerOf(key);
        _lastingCache.Require();
        AuthorizationRequest request = server.CreateAuthorizationRequest(key.Connection, options);
        if (server.Client.Authority.IsVismaOnline)
        {
            EAccountingIdentityClient.RequireScopes(request);
        }

        return request;
    }

    /// <summary>
    /// Begins a consent like <see cref="Begin"/>, and reads the endpoints of the identity server first if they are discovered
    /// (<see cref="VismaAuthorityOptions.Discover"/>) and not known yet. At Visma's servers both methods do the same.
    /// </summary>
    /// <param name="client">The name of a client in <see cref="VismaConnectOptions.Clients"/>.</param>
    /// <param name="connection">The application's name for the connection.</param>
    /// <param name="options">How to ask for the consent. Default: as the client's settings say.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The authorization request. It holds secrets: keep it on the server, in the session of this browser.</returns>
    /// <exception cref="VismaConnectException">The discovery document cannot be read, or is of another issuer.</exception>
    /// <exception cref="OptionsValidationException">As for <see cref="Begin"/>.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Begin"/>.</exception>
    /// <exception cref="ArgumentException">As for <see cref="Begin"/>.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public virtual async Task<AuthorizationRequest> BeginAsync(
        string client,
        string connection,
        AuthorizationRequestOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        // A mock overrides Begin, and has no servers.
        if (_servers is not null)
        {
            await _servers.DiscoverAsync(TokenKey.ForConnection(client, connection).Client, cancellationToken).ConfigureAwait(false);
        }

        return Begin(client, connection, options);
    }

    /// <summary>
    /// Completes a consent: validates the response, exchanges its code for tokens, and saves them. Once the code has been sent, only the end of the
    /// process can lose the tokens: neither the caller's cancellation nor a token cache that is down does, because the save is repeated.
    /// </summary>
    /// <remarks>
    /// Waits one minute at most; what goes on after that continues in the background. Processes that share a token cache exchange the code once
    /// between them: before it is sent, the consent is claimed in the cache (<c>docs/decisions/018</c>).
    /// </remarks>
    /// <param name="start">The request that <see cref="Begin"/> returned for this user's browser.</param>
    /// <param name="callback">The authorization response that arrived at the redirect URI.</param>
    /// <param name="cancellationToken">
    /// Ends the wait, but not an exchange that has already begun. If it is cancelled before the call, nothing is sent.
    /// </param>
    /// <returns>
    /// The connection. A second call with the same response, in this or another process, returns the same connection, for example after a double
    /// click: a code is exchanged once. If a newer consent has replaced the connection, another process returns the newer one.
    /// </returns>
    /// <exception cref="VismaConnectException">
    /// The response does not belong to the request, the user declined (<see cref="VismaConnectException.IsCancelledByUser"/>) or chose another
    /// company than the expected one, or the server refused; the message says which. Nothing is saved, and an earlier connection of the name remains.
    /// Or the token cache failed before the code was sent, or the minute is over (both are <see cref="VismaConnectException.IsTransient"/>): call again
    /// with the same response. Or another process has exchanged the code and failed, or died: the user has to begin again.
    /// </exception>
    /// <exception cref="UnreadableEntryException">
    /// There is a connection of this name that cannot be read. It is not overwritten, and the code is not exchanged: correct the settings and call
    /// again with the same response, or disconnect the connection and begin a new consent.
    /// </exception>
    /// <exception cref="InvalidOperationException">The request was begun without a connection, by another application or at another server.</exception>
    /// <exception cref="OptionsValidationException">The settings are wrong; the message names the setting.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public virtual async Task<VismaConnection> CompleteAsync(
        AuthorizationRequest start,
        AuthorizationResponse callback,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(callback);
        if (start.Connection is null)
        {
            throw new InvalidOperationException($"The {start} names no connection. Begin it with VismaConnections.Begin.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        TokenKey key = TokenKey.ForConnection(start.Client, start.Connection);
        AuthorizationServer server = ServerOf(key);
        _lastingCache.Require();
        return await _completions.CompleteAsync(key, server, start, callback, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds a connection.</summary>
    /// <param name="client">The name of its client.</param>
    /// <param name="connection">The application's name for the connection.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// The connection, or null if there is none. The state of a connection that cannot be read is <see cref="ConnectionState.Unreadable"/>.
    /// </returns>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    /// <exception cref="InvalidOperationException">The client does not exist.</exception>
    /// <exception cref="VismaConnectException">The token cache failed; its exception is the inner exception.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public virtual async Task<VismaConnection?> FindAsync(string client, string connection, CancellationToken cancellationToken = default)
    {
        TokenKey key = TokenKey.ForConnection(client, connection);
        _ = _clients.Find(key);
        return await _stored.FindAsync(key, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Lists the connections of all clients, in no particular order. The state of a connection that cannot be read is
    /// <see cref="ConnectionState.Unreadable"/>.
    /// </summary>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <returns>The connections.</returns>
    /// <exception cref="VismaConnectException">
    /// The token cache failed, at the first connection or at a later one; its exception is the inner exception.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public virtual IAsyncEnumerable<VismaConnection> ListAsync(CancellationToken cancellationToken = default) => _stored.ListAsync(cancellationToken);

    /// <summary>
    /// Ends a connection. First its tokens are removed from the token cache, so that no process can renew them, and then they are revoked at Visma.
    /// To sign
    /// a user out of a browser session is something else, and ends no connection.
    /// </summary>
    /// <remarks>
    /// This process stops using the access token at once. Another process that has the token in memory continues to use it until it is due for renewal,
    /// at most for the token's lifetime (an hour at Visma), unless the API refuses it earlier.
    /// </remarks>
    /// <param name="client">The name of its client.</param>
    /// <param name="connection">The application's name for the connection.</param>
    /// <param name="cancellationToken">Ends the wait for the revocation, which is then reported as a failure.</param>
    /// <returns>
    /// Whether there was a connection, and whether its tokens could be revoked. A connection that cannot be read
    /// (<see cref="ConnectionState.Unreadable"/>) is removed, but its tokens cannot be revoked. A consent that is completed at the same time remains.
    /// </returns>
    /// <exception cref="VismaConnectException">The token cache is down, and the connection may still exist: call again.</exception>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public virtual async Task<Disconnection> DisconnectAsync(string client, string connection, CancellationToken cancellationToken = default) =>
        await _disconnections.DisconnectAsync(TokenKey.ForConnection(client, connection), cancellationToken).ConfigureAwait(false);

    private AuthorizationServer ServerOf(TokenKey key)
    {
        AuthorizationServer server = _servers.Of(key.Client);
        return server.Client.Authority.GrantTypes.Contains(GrantTypes.AuthorizationCode)
            ? server
            : throw new InvalidOperationException($"Client '{key.Client}' belongs to authority '{server.Client.Authority.Name}', at which users cannot "
                + "consent.");
    }
}
