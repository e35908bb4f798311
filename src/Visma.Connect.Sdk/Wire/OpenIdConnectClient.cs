using Duende.IdentityModel;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>
/// The messages that both OpenID Connect servers of Visma understand: <see cref="VismaConnectClient"/> sends them to Visma Connect,
/// <see cref="EAccountingIdentityClient"/> to the identity server of eAccounting (Spiris).
/// </summary>
/// <remarks>
/// Thread-safe. Each method sends one message, and nothing is cached. A code or a refresh token is sent once; other requests are repeated after failures
/// that pass (<see cref="TokenRequestOptions"/>). Use <see cref="ITokenSource"/> and <see cref="VismaConnections"/> unless the application keeps its tokens
/// itself: they cache tokens, share failures, and keep one-time refresh tokens safe. Unit tests can replace the two derived classes: every member is virtual.
/// </remarks>
public abstract class OpenIdConnectClient : IDisposable
{
    private readonly AuthorizationServer? _server;
    private readonly HttpMessageHandler? _ownTransport;

    /// <summary>
    /// For a derived class, such as a mock in a unit test. It overrides the methods that are called; the others throw an
    /// <see cref="InvalidOperationException"/>.
    /// </summary>
    protected OpenIdConnectClient()
    {
    }

    private protected OpenIdConnectClient(AuthorizationServer server) => _server = server;

    private protected OpenIdConnectClient(
        VismaClientOptions options,
        VismaAuthority? authority,
        TimeProvider? timeProvider,
        TokenRequestOptions? requests)
    {
        HttpMessageHandler transport = TokenRequestTransport.Create(authority);
        _server = ServerWithoutContainer.Create(
            options,
            authority,
            transport,
            requests ?? new TokenRequestOptions(),
            timeProvider ?? TimeProvider.System,
            NullLogger.Instance);
        _ownTransport = transport;
    }

    private protected AuthorizationServer Server => AuthorizationServer.Require(_server, this);

    /// <summary>
    /// The issuer of the identity server: what <c>iss</c> must be in its tokens and messages. Null if it has none, or if it is read from the discovery
    /// document (<see cref="DiscoverAsync"/>) and that was not done yet.
    /// </summary>
    public virtual string? Issuer => Server.Client.Authority.Issuer;

    /// <summary>
    /// Reads the endpoints of the identity server from its discovery document, if its settings say <see cref="VismaAuthorityOptions.Discover"/> and they
    /// are not known yet. Await it before <see cref="CreateAuthorizationRequest"/> and <see cref="CreateEndSessionUrl"/> of such a server; the other methods
    /// do it themselves.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that completes when the endpoints are known: at once for Visma's servers.</returns>
    /// <exception cref="VismaConnectException">The document cannot be read, or is of another issuer.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public virtual Task DiscoverAsync(CancellationToken cancellationToken = default) => Server.DiscoverAsync(cancellationToken);

    /// <summary>
    /// Begins a user's consent: creates the address for the browser, with a new state and PKCE challenge (RFC 7636, always S256).
    /// </summary>
    /// <param name="options">How to ask for the consent. Default: as the client's settings say.</param>
    /// <returns>The authorization request. It holds secrets: keep it on the server, in the session of this browser, until the browser returns.</returns>
    /// <exception cref="OptionsValidationException">The redirect URI is missing, or a scope is missing that the server requires.</exception>
    /// <exception cref="ArgumentException">An option is wrong, or a further parameter has the name of one that the library sets.</exception>
    public virtual AuthorizationRequest CreateAuthorizationRequest(AuthorizationRequestOptions? options = null) =>
        Server.CreateAuthorizationRequest(connection: null, options);

    /// <summary>
    /// Exchanges an authorization code for tokens (RFC 6749 section 4.1.3). State and issuer are checked first. If the scope <c>openid</c> was
    /// requested, the id token is validated, too.
    /// </summary>
    /// <param name="request">The request that <see cref="CreateAuthorizationRequest"/> returned for this user's browser.</param>
    /// <param name="response">The authorization response that arrived at the redirect URI.</param>
    /// <param name="cancellationToken">Ends the request. The server may have accepted the code already; it cannot be used again then.</param>
    /// <returns>The tokens.</returns>
    /// <exception cref="VismaConnectException">
    /// The response does not belong to the request, the user declined (<see cref="VismaConnectException.IsCancelledByUser"/>), or the server
    /// refused; the message says which.
    /// </exception>
    /// <exception cref="InvalidOperationException">The request was begun by another application, or at another server. Nothing was sent.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public virtual Task<TokenResponse> ExchangeCodeAsync(
        AuthorizationRequest request,
        AuthorizationResponse response,
        CancellationToken cancellationToken = default) =>
        Server.ExchangeCodeAsync(request, response, cancellationToken);

    /// <summary>
    /// Exchanges a refresh token for a new access token (RFC 6749 section 6). The server accepts a one-time token once: if its reply is lost,
    /// the consent is lost. Save the new refresh token before anything else, and never send two requests at the same time.
    /// </summary>
    /// <param name="refreshToken">The refresh token.</param>
    /// <param name="cancellationToken">Ends the request. The server may have accepted the token already; a one-time token cannot be used again then.</param>
    /// <returns>The tokens. Without a new refresh token among them, the old one stays valid.</returns>
    /// <exception cref="VismaConnectException">The server refused, could not be reached, or sent an unusable reply.</exception>
    /// <exception cref="ArgumentException">The token is null, empty or white space.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public virtual Task<TokenResponse> RefreshAsync(string refreshToken, CancellationToken cancellationToken = default) =>
        Server.RefreshAsync(refreshToken, cancellationToken);

    /// <summary>Revokes a refresh token, and with it the user's consent (RFC 7009).</summary>
    /// <param name="token">The refresh token. A token that the server does not recognise counts as revoked (RFC 7009 section 2.2).</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>A task that completes when the server has revoked the token.</returns>
    /// <exception cref="VismaConnectException">
    /// The server refused or could not be reached; if <see cref="VismaConnectException.IsTransient"/>, try again later.
    /// </exception>
    /// <exception cref="ArgumentException">The token is null, empty or white space.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <remarks>
    /// Access tokens cannot be revoked at Visma Connect: they stay valid until they expire
    /// (https://docs.connect.visma.com/docs/token-revocation). At eAccounting, use <see cref="EAccountingIdentityClient.RevokeAccessTokenAsync"/>.
    /// </remarks>
    public virtual Task RevokeAsync(string token, CancellationToken cancellationToken = default) =>
        Server.RevokeAsync(token, OidcConstants.TokenTypes.RefreshToken, cancellationToken);

    /// <summary>Reads the claims about the user (OpenID Connect Core 1.0 section 5.3).</summary>
    /// <param name="accessToken">An access token with the scope <c>openid</c>.</param>
    /// <param name="expectedSubject">The subject of the id token: a reply about another user is refused. Null without an id token.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The claims.</returns>
    /// <exception cref="VismaConnectException">The server does not accept the token, or the reply is about another user or unusable.</exception>
    /// <exception cref="ArgumentException">The token is empty or cannot be sent in a header.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public virtual Task<UserInfo> GetUserInfoAsync(string accessToken, string? expectedSubject = null, CancellationToken cancellationToken = default) =>
        Server.GetUserInfoAsync(accessToken, expectedSubject, cancellationToken);

    /// <summary>
    /// Validates an id token: the signature with the keys that the server publishes, algorithm, issuer, audience, expiry and nonce (OpenID
    /// Connect Core 1.0 section 3.1.3.7).
    /// </summary>
    /// <param name="idToken">The id token.</param>
    /// <param name="nonce">The nonce that it must contain: <see cref="AuthorizationRequest.Nonce"/>. Null if none was sent.</param>
    /// <param name="cancellationToken">Ends the request for the keys, if one is needed.</param>
    /// <returns>The validated id token.</returns>
    /// <exception cref="VismaConnectException">The id token is not valid, or the keys could not be fetched; the message says which.</exception>
    /// <exception cref="ArgumentException">The id token is null, empty or white space.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public virtual Task<IdToken> ValidateIdTokenAsync(string idToken, string? nonce = null, CancellationToken cancellationToken = default) =>
        Server.ValidateIdTokenAsync(idToken, nonce, cancellationToken);

    /// <summary>
    /// Validates a logout token, which the identity server posts to the application when a session has ended: the signature with the keys that the server
    /// publishes, algorithm, issuer, audience, expiry, and the claims that OpenID Connect Back-Channel Logout 1.0 section 2.6 asks for.
    /// </summary>
    /// <param name="logoutToken">The form field <c>logout_token</c>.</param>
    /// <param name="cancellationToken">Ends the request for the keys, if one is needed.</param>
    /// <returns>The validated logout token. Whether its <see cref="LogoutToken.Id"/> is new is not checked.</returns>
    /// <exception cref="VismaConnectException">
    /// The logout token is not valid, or the keys could not be fetched (<see cref="VismaConnectException.IsTransient"/>); the message says which.
    /// </exception>
    /// <exception cref="ArgumentException">The logout token is null, empty or white space.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public virtual Task<LogoutToken> ValidateLogoutTokenAsync(string logoutToken, CancellationToken cancellationToken = default) =>
        Server.ValidateLogoutTokenAsync(logoutToken, cancellationToken);

    /// <summary>
    /// Creates the address that ends the user's browser session at Visma (OpenID Connect RP-Initiated Logout 1.0). The user is signed out but
    /// stays connected: refresh tokens stay valid.
    /// </summary>
    /// <param name="idToken">The id token of the session, as a hint. Null for none.</param>
    /// <param name="postLogoutRedirectUri">Where the browser goes next, as registered in the portal. Null if it stays at Visma.</param>
    /// <param name="state">A value that the server passes on to <paramref name="postLogoutRedirectUri"/>. Null for none.</param>
    /// <returns>The address to send the browser to.</returns>
    public virtual Uri CreateEndSessionUrl(string? idToken = null, string? postLogoutRedirectUri = null, string? state = null) =>
        Server.CreateEndSessionUrl(idToken, postLogoutRedirectUri, state);

    /// <summary>Closes the network connections, unless they belong to a container.</summary>
    public virtual void Dispose()
    {
        _ownTransport?.Dispose();
        GC.SuppressFinalize(this);
    }
}
