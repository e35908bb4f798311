using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>
/// The consents of users: begins them, completes them, lists and ends them. A connection is known by its client and a name of your own, such
/// as <c>customer-42</c>; its tokens are then had like any others, by <c>request.SetConnection</c>, <c>VismaClientFactory&lt;T&gt;.ForConnection</c> or
/// <see cref="TokenKey.ForConnection(string, string)"/>, and renew themselves.
/// </summary>
/// <remarks>Thread-safe; a singleton of the container.</remarks>
public sealed class VismaConnections
{
    private static readonly TokenFilter Connected = new() { ConnectionsOnly = true };

    private readonly ClientDirectory _clients;
    private readonly AuthorizationServers _servers;
    private readonly LiveSettings _settings;
    private readonly ITokenCache _cache;
    private readonly ConsentCompletion _completions;
    private readonly ConnectionEnding _disconnections;
    private readonly IHostEnvironment? _environment;

    internal VismaConnections(
        ClientDirectory clients,
        AuthorizationServers servers,
        LiveSettings settings,
        ITokenCache cache,
        ConsentSaving consents,
        CachingTokenSource tokens,
        RenewalsInFlight inFlight,
        IHostEnvironment? environment,
        TimeProvider time,
        ILogger logger)
    {
        _clients = clients;
        _servers = servers;
        _settings = settings;
        _cache = cache;
        _completions = new ConsentCompletion(consents, tokens, inFlight, Describe, time, logger);
        _disconnections = new ConnectionEnding(clients, servers, settings, consents, tokens, logger);
        _environment = environment;
    }

    /// <summary>Begins a consent: send the user's browser to <see cref="AuthorizationRequest.Url"/>, and keep the rest until it comes back.</summary>
    /// <param name="client">The name of a client in <see cref="VismaConnectOptions.Clients"/>.</param>
    /// <param name="connection">Your name for the connection. No secret, and no personal data: it is logged. An existing one of the name goes on until the new one is complete.</param>
    /// <param name="options">How to ask; as the client's settings say when null.</param>
    /// <exception cref="OptionsValidationException">
    /// A setting is missing or wrong: no redirect URI, a scope that eAccounting requires, or connections in memory outside Development.
    /// </exception>
    /// <exception cref="InvalidOperationException">There is no such client, or it has no users.</exception>
    /// <exception cref="ArgumentException">A name is empty, or an option is wrong.</exception>
    public AuthorizationRequest Begin(string client, string connection, AuthorizationRequestOptions? options = null)
    {
        TokenKey key = TokenKey.ForConnection(client, connection);
        AuthorizationServer server = ServerOf(key);
        RequireLastingCache();
        AuthorizationRequest request = server.CreateAuthorizationRequest(key.Connection, options);
        if (server.Client.Authority.IsVismaOnline)
        {
            EAccountingIdentityClient.RequireScopes(request);
        }

        return request;
    }

    /// <summary>
    /// Completes a consent: checks the answer, redeems its code, and saves the tokens. From the moment the code is sent nothing but the end
    /// of the process loses them: not the caller's cancellation, and not a token cache that is down, which is waited for.
    /// </summary>
    /// <param name="start">What <see cref="Begin"/> returned, from where it was kept for this user's browser.</param>
    /// <param name="callback">The answer, as it came to the redirect URI.</param>
    /// <param name="cancellationToken">Ends the wait. What was begun goes on; cancelled before the call, nothing is.</param>
    /// <returns>The connection. The same again when called again with the same answer: a code is redeemed once, also if the page is reloaded.</returns>
    /// <exception cref="VismaConnectException">
    /// The answer does not belong to the request, the user said no (<see cref="VismaConnectException.IsCancelledByUser"/>), chose another
    /// company than expected, or the server refused; the message says which. Nothing is saved, and an earlier connection stands.
    /// </exception>
    /// <exception cref="UnreadableEntryException">
    /// There is a connection of this name that cannot be read. It is not overwritten, and the code is not redeemed: correct the settings and
    /// call again with the same answer, or disconnect it and begin anew.
    /// </exception>
    /// <exception cref="InvalidOperationException">The request was begun without a connection, by another application or at another server.</exception>
    /// <exception cref="OptionsValidationException">The settings are wrong; the message names the setting.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<VismaConnection> CompleteAsync(AuthorizationRequest start, AuthorizationResponse callback, CancellationToken cancellationToken = default)
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
        RequireLastingCache();
        return await _completions.CompleteAsync(key, server, start, callback, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds a connection.</summary>
    /// <param name="client">The name of its client.</param>
    /// <param name="connection">Your name for it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The connection; null when there is none. One that cannot be read is <see cref="ConnectionState.Unreadable"/>.</returns>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    /// <exception cref="InvalidOperationException">There is no such client.</exception>
    /// <remarks>What the token cache throws when it is down comes through as it is.</remarks>
    public async Task<VismaConnection?> FindAsync(string client, string connection, CancellationToken cancellationToken = default)
    {
        TokenKey key = TokenKey.ForConnection(client, connection);
        _ = _clients.Find(key);
        try
        {
            TokenEntry? entry = await _cache.GetAsync(key, cancellationToken).ConfigureAwait(false);
            return entry is { GrantId: not null } ? Describe(key, entry) : null;
        }
        catch (UnreadableEntryException fault)
        {
            return Describe(key, fault);
        }
    }

    /// <summary>
    /// Lists every connection of every client, in no particular order; those that cannot be read as <see cref="ConnectionState.Unreadable"/>.
    /// </summary>
    /// <param name="cancellationToken">Ends the listing.</param>
    public async IAsyncEnumerable<VismaConnection> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (TokenCacheItem item in _cache.ListAsync(Connected, cancellationToken).ConfigureAwait(false))
        {
            if (item.Fault is not null)
            {
                yield return Describe(item.Key, item.Fault);
            }
            else if (item.Entry is { GrantId: not null } entry)
            {
                yield return Describe(item.Key, entry);
            }
        }
    }

    /// <summary>
    /// Ends a connection: its tokens are removed first, so that nobody can renew them any more whatever happens next, and then revoked at
    /// Visma. Signing out of a browser session is another thing and ends no connection.
    /// </summary>
    /// <remarks>
    /// This process drops the access token at once. Another process that has it in memory goes on with it until it is due for renewal, up to
    /// its lifetime (an hour at Visma), unless the API refuses it first.
    /// </remarks>
    /// <param name="client">The name of its client.</param>
    /// <param name="connection">Your name for it.</param>
    /// <param name="cancellationToken">Ends the wait for Visma; it is then reported as not told.</param>
    /// <returns>
    /// Whether there was one, and whether Visma could be told: not of one that cannot be read (<see cref="ConnectionState.Unreadable"/>), which
    /// is removed all the same. A consent that comes at the same time stays.
    /// </returns>
    /// <exception cref="VismaConnectException">The token cache is down, and the connection may still stand: call again.</exception>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public async Task<Disconnection> DisconnectAsync(string client, string connection, CancellationToken cancellationToken = default) =>
        await _disconnections.DisconnectAsync(TokenKey.ForConnection(client, connection), cancellationToken).ConfigureAwait(false);

    private AuthorizationServer ServerOf(TokenKey key)
    {
        AuthorizationServer server = _servers.Of(key.Client);
        return server.Client.Authority.GrantTypes.Contains(GrantTypes.AuthorizationCode)
            ? server
            : throw new InvalidOperationException($"Client '{key.Client}' belongs to authority '{server.Client.Authority.Name}', at which users cannot consent.");
    }

    private void RequireLastingCache()
    {
        if (_cache is MemoryTokenCache && !_settings.Current.AllowConnectionsInMemory && _environment?.IsDevelopment() != true)
        {
            throw new OptionsValidationException(
                nameof(VismaConnectOptions),
                typeof(VismaConnectOptions),
                [
                    "User connections would be kept in memory only, so that every restart has every user connect again. Register a durable token cache (AddSqliteTokenCache "
                    + "of Visma.Connect.Sdk.EntityFrameworkCore, say); or, if that "
                    + $"is what you want, set {_settings.Current.Section}:{nameof(VismaConnectOptions.AllowConnectionsInMemory)} to true (the environment Development needs no setting).",
                ]);
        }
    }

    private VismaConnection Describe(TokenKey key, TokenEntry entry) => VismaConnection.Of(key, entry, _settings.Current.ApisOf(key.Client));

    private VismaConnection Describe(TokenKey key, UnreadableEntryException fault) => VismaConnection.Of(key, fault, _settings.Current.ApisOf(key.Client));
}
