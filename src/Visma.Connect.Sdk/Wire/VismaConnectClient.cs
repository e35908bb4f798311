using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>
/// Visma Connect, message by message: no cache, no retry. <see cref="ITokenSource"/> and <see cref="VismaConnections"/> add those, and
/// everything that keeps one-time refresh tokens safe; take them unless you keep the tokens yourself.
/// </summary>
/// <remarks>
/// Thread-safe; keep one for as long as the application runs. Without a container it owns its connections, because a token request must
/// never follow a redirect; in a container it is the keyed service of the client's name.
/// </remarks>
public sealed class VismaConnectClient : IDisposable
{
    private readonly AuthorizationServer _server;
    private readonly HttpClient? _owned;

    /// <summary>Creates a client with connections of its own.</summary>
    /// <param name="options">The application. Read at each request, so a changed secret counts at once.</param>
    /// <param name="authority">The identity server; the built-in one that <paramref name="options"/> names when null.</param>
    /// <param name="timeProvider">The clock; the system's when null.</param>
    /// <exception cref="OptionsValidationException">A setting is missing or wrong; the message names it.</exception>
    public VismaConnectClient(VismaClientOptions options, VismaAuthority? authority = null, TimeProvider? timeProvider = null)
    {
        HttpClient owned = TokenHttpClientDefaults.Create();
        authority ??= VismaAuthority.FindBuiltIn(options?.Authority ?? "");
        _server = AuthorizationServer.Alone(options!, authority, owned, timeProvider ?? TimeProvider.System, NullLogger.Instance);
        _owned = owned;
    }

    internal VismaConnectClient(AuthorizationServer server) => _server = server;

    /// <summary>Begins a user's consent: makes the address to send the browser to, with state and PKCE (RFC 7636, always S256).</summary>
    /// <param name="options">How to ask; as the client's settings say when null.</param>
    /// <returns>What to keep until the user comes back.</returns>
    /// <exception cref="OptionsValidationException">No redirect URI is set.</exception>
    /// <exception cref="ArgumentException">An option is wrong, or a further parameter has the name of one that the library sets.</exception>
    public AuthorizationRequest CreateAuthorizationRequest(AuthorizationRequestOptions? options = null) =>
        _server.CreateAuthorizationRequest(connection: null, options);

    /// <summary>
    /// Redeems the code that a user came back with (RFC 6749 section 4.1.3), after state and issuer were checked; and checks the id token
    /// where the scope <c>openid</c> was asked for.
    /// </summary>
    /// <param name="request">The request that the user was sent away with.</param>
    /// <param name="response">The answer, as it came to the redirect URI.</param>
    /// <param name="cancellationToken">Ends the request; the code may be spent then.</param>
    /// <exception cref="VismaConnectException">The answer does not belong to the request, the user said no, or the server refused; the message says which.</exception>
    /// <exception cref="InvalidOperationException">The request was begun by another application, or at another server. Nothing was sent.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<TokenResponse> ExchangeCodeAsync(AuthorizationRequest request, AuthorizationResponse response, CancellationToken cancellationToken = default) =>
        _server.ExchangeCodeAsync(request, response, cancellationToken);

    /// <summary>
    /// Exchanges a refresh token (RFC 6749 section 6). A one-time token is spent by it: whoever loses the reply loses the user's consent, so
    /// save the new one before anything else, and never ask twice at once.
    /// </summary>
    /// <param name="refreshToken">The refresh token.</param>
    /// <param name="cancellationToken">Ends the request; the token may be spent then.</param>
    /// <returns>The reply. Without a new refresh token the old one stays good.</returns>
    /// <exception cref="VismaConnectException">The server refused, could not be reached, or sent a reply that cannot be used.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<TokenResponse> RefreshAsync(string refreshToken, CancellationToken cancellationToken = default) =>
        _server.RefreshAsync(refreshToken, cancellationToken);

    /// <summary>Asks for a service token with the client credentials grant (RFC 6749 section 4.4).</summary>
    /// <param name="request">What to ask for; nothing in particular when null.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="VismaConnectException">The server refused, could not be reached, or sent a reply that cannot be used.</exception>
    /// <exception cref="InvalidOperationException">The authority gives partners no service tokens. Nothing was sent.</exception>
    /// <exception cref="ArgumentException">A further parameter has the name of one that the library sets. Nothing was sent.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<TokenResponse> RequestClientCredentialsTokenAsync(
        ClientCredentialsRequest? request = null,
        CancellationToken cancellationToken = default) =>
        _server.RequestTokenAsync((request ?? new ClientCredentialsRequest()).ToTokenRequest(_server.Client), cancellationToken);

    /// <summary>
    /// Revokes a refresh token, and with it the user's consent (RFC 7009; https://docs.connect.visma.com/docs/token-revocation). Access
    /// tokens cannot be revoked at Visma Connect: they end with their lifetime.
    /// </summary>
    /// <param name="refreshToken">The refresh token. One that the server does not know counts as revoked (RFC 7009 section 2.2).</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="VismaConnectException">The server refused or could not be reached; try again where it is transient.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task RevokeAsync(string refreshToken, CancellationToken cancellationToken = default) =>
        _server.RevokeAsync(refreshToken, "refresh_token", cancellationToken);

    /// <summary>Reads about the user (OpenID Connect Core 1.0 section 5.3).</summary>
    /// <param name="accessToken">An access token with the scope <c>openid</c>.</param>
    /// <param name="expectedSubject">The subject of the id token; a reply about anybody else is refused. Null where there is no id token.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="VismaConnectException">The token is not accepted, the reply is about another user, or cannot be used.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<UserInfo> GetUserInfoAsync(string accessToken, string? expectedSubject = null, CancellationToken cancellationToken = default) =>
        _server.GetUserInfoAsync(accessToken, expectedSubject, cancellationToken);

    /// <summary>
    /// Checks an id token: signature by the server's published keys, algorithm, issuer, audience, expiry, nonce (OpenID Connect Core 1.0
    /// section 3.1.3.7).
    /// </summary>
    /// <param name="idToken">The id token.</param>
    /// <param name="nonce">The nonce it has to hold; null where none was sent.</param>
    /// <param name="cancellationToken">Ends the request for the keys, where one is needed.</param>
    /// <exception cref="VismaConnectException">It is not good, or the keys could not be had; the message says which.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<IdToken> ValidateIdTokenAsync(string idToken, string? nonce = null, CancellationToken cancellationToken = default) =>
        _server.ValidateIdTokenAsync(idToken, nonce, accessToken: null, cancellationToken);

    /// <summary>
    /// Makes the address that ends the user's browser session at Visma (OpenID Connect RP-Initiated Logout 1.0). That signs out; it does not
    /// disconnect: refresh tokens stay good.
    /// </summary>
    /// <param name="idToken">The id token of the session, as a hint; null for none.</param>
    /// <param name="postLogoutRedirectUri">Where the browser goes afterwards, as registered in the portal; null for nowhere.</param>
    /// <param name="state">Comes back with it; null for none.</param>
    public Uri CreateEndSessionUrl(string? idToken = null, string? postLogoutRedirectUri = null, string? state = null) =>
        _server.CreateEndSessionUrl(idToken, postLogoutRedirectUri, state);

    /// <summary>Closes the connections, where the client owns them.</summary>
    public void Dispose() => _owned?.Dispose();
}
