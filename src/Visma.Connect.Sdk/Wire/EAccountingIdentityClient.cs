using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>
/// The identity server of eAccounting (Spiris) and its payroll, message by message: no cache, no retry. <see cref="VismaConnections"/>
/// adds those, and everything that keeps its one-time refresh tokens safe.
/// </summary>
/// <remarks>
/// Thread-safe; keep one for as long as the application runs. It authenticates by Basic
/// (https://developer.vismaonline.com/docs, authentication; read November 2026). In a container it is the keyed service of the client's name.
/// </remarks>
public sealed class EAccountingIdentityClient : IDisposable
{
    private readonly AuthorizationServer _server;
    private readonly HttpClient? _owned;

    /// <summary>Creates a client with connections of its own.</summary>
    /// <param name="options">The application. Read at each request, so a changed secret counts at once. Its authority is <paramref name="authority"/>.</param>
    /// <param name="authority">The identity server; <see cref="VismaAuthority.EAccounting"/> when null.</param>
    /// <param name="timeProvider">The clock; the system's when null.</param>
    /// <exception cref="OptionsValidationException">A setting is missing or wrong; the message names it.</exception>
    public EAccountingIdentityClient(VismaClientOptions options, VismaAuthority? authority = null, TimeProvider? timeProvider = null)
    {
        HttpClient owned = TokenHttpClientDefaults.Create();
        _server = AuthorizationServer.Alone(options, authority ?? VismaAuthority.EAccounting, owned, timeProvider ?? TimeProvider.System, NullLogger.Instance);
        _owned = owned;
    }

    internal EAccountingIdentityClient(AuthorizationServer server) => _server = server;

    /// <summary>Begins a user's consent: makes the address to send the browser to, with state and PKCE (RFC 7636, always S256).</summary>
    /// <param name="options">How to ask; as the client's settings say when null.</param>
    /// <returns>What to keep until the user comes back.</returns>
    /// <exception cref="OptionsValidationException">No redirect URI is set, or a scope is missing that eAccounting requires: <c>ea:api</c> and <c>offline_access</c>.</exception>
    /// <exception cref="ArgumentException">An option is wrong, or a further parameter has the name of one that the library sets.</exception>
    public AuthorizationRequest CreateAuthorizationRequest(AuthorizationRequestOptions? options = null)
    {
        AuthorizationRequest request = _server.CreateAuthorizationRequest(connection: null, options);
        RequireScopes(request);
        return request;
    }

    /// <summary>Redeems the code that a user came back with, single use and good for five minutes, after state and issuer were checked.</summary>
    /// <param name="request">The request that the user was sent away with.</param>
    /// <param name="response">The answer, as it came to the redirect URI.</param>
    /// <param name="cancellationToken">Ends the request; the code may be spent then.</param>
    /// <exception cref="VismaConnectException">The answer does not belong to the request, the user said no, or the server refused; the message says which.</exception>
    /// <exception cref="InvalidOperationException">The request was begun by another application, or at another server. Nothing was sent.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<TokenResponse> ExchangeCodeAsync(AuthorizationRequest request, AuthorizationResponse response, CancellationToken cancellationToken = default) =>
        _server.ExchangeCodeAsync(request, response, cancellationToken);

    /// <summary>
    /// Exchanges a refresh token. The old one is dead at once: whoever loses the reply loses the user's consent, so save the new one before
    /// anything else, and never ask twice at once.
    /// </summary>
    /// <param name="refreshToken">The refresh token.</param>
    /// <param name="cancellationToken">Ends the request; the token may be spent then.</param>
    /// <exception cref="VismaConnectException">The server refused, could not be reached, or sent a reply that cannot be used.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<TokenResponse> RefreshAsync(string refreshToken, CancellationToken cancellationToken = default) =>
        _server.RefreshAsync(refreshToken, cancellationToken);

    /// <summary>Revokes a token (RFC 7009).</summary>
    /// <param name="token">The token. One that the server does not know counts as revoked (RFC 7009 section 2.2).</param>
    /// <param name="tokenTypeHint"><c>refresh_token</c>, the default, or <c>access_token</c>.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="VismaConnectException">The server refused or could not be reached; try again where it is transient.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task RevokeAsync(string token, string tokenTypeHint = "refresh_token", CancellationToken cancellationToken = default) =>
        _server.RevokeAsync(token, tokenTypeHint, cancellationToken);

    /// <summary>Closes the connections, where the client owns them.</summary>
    public void Dispose() => _owned?.Dispose();

    /// <exception cref="OptionsValidationException">A scope is missing that eAccounting requires.</exception>
    internal static void RequireScopes(AuthorizationRequest request)
    {
        if (EAccountingScopes.FaultOf($"The Scopes of client '{request.Client}'", request.Scopes) is { } fault)
        {
            throw new OptionsValidationException(nameof(VismaClientOptions), typeof(VismaClientOptions), [fault]);
        }
    }
}
