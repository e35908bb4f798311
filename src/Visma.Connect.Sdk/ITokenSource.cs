namespace Visma.Connect.Sdk;

/// <summary>
/// Provides access tokens. Use it directly for gRPC, SOAP, Azure Functions and scripts; for HTTP calls, the handler of <c>AddVismaToken</c> uses it.
/// </summary>
/// <remarks>
/// Thread-safe. An application that registers its own implementation as a singleton replaces the library's, for example with fixed tokens in
/// tests.
/// </remarks>
public interface ITokenSource
{
    /// <summary>Returns a valid token: from memory if there is one, otherwise from the token endpoint.</summary>
    /// <param name="key">Whose token to return.</param>
    /// <param name="rejected">
    /// The token that the API answered with 401, or null. A newer token is returned then, unless the rejected one is younger than a minute: the
    /// 401 has another cause then, and the same token is returned.
    /// </param>
    /// <param name="cancellationToken">Ends the wait of this caller. The shared request continues for the other callers.</param>
    /// <returns>The token.</returns>
    /// <remarks>Concurrent calls for the same key share one request. The call completes synchronously while a valid token is in memory.</remarks>
    /// <exception cref="VismaConnectException">No token could be obtained; the message says why, and what to do.</exception>
    /// <exception cref="InvalidOperationException">The key names an unknown client; or it names a tenant although the client has none, or no tenant
    /// although the client needs one. Nothing was sent.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings are wrong; the message names the setting. Nothing was
    /// sent.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<AccessToken> GetTokenAsync(TokenKey key, AccessToken? rejected, CancellationToken cancellationToken = default);
}
