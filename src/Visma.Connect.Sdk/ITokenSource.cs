namespace Visma.Connect.Sdk;

/// <summary>Where access tokens come from: the way in for gRPC, SOAP, Azure Functions and scripts; HTTP calls go through the handler.</summary>
/// <remarks>
/// Thread-safe. Register your own as a singleton to replace the library's, for example by a fixed one in tests.
/// </remarks>
public interface ITokenSource
{
    /// <summary>Gets a token that can be used now, from memory where there is one, else from the token endpoint.</summary>
    /// <param name="key">Whose token.</param>
    /// <param name="rejected">
    /// The token the API answered with 401, if one did: a newer one is wanted. The same text comes back when it is not due for renewal,
    /// because it is younger than a minute: then the 401 has another cause, and asking again is pointless.
    /// </param>
    /// <param name="cancellationToken">Ends this caller's wait only. The shared request goes on for the other callers.</param>
    /// <remarks>Concurrent calls for the same key share one request. Completes synchronously while a usable token is in memory.</remarks>
    /// <exception cref="VismaConnectException">No token could be obtained; says why, and what to do.</exception>
    /// <exception cref="InvalidOperationException">The key names an unknown client, or a tenant where the client has none, or none where it needs one. Nothing was sent.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings are wrong; the message names the setting. Nothing was sent.</exception>
    /// <exception cref="OperationCanceledException">The caller's <paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<AccessToken> GetTokenAsync(TokenKey key, AccessToken? rejected, CancellationToken cancellationToken = default);
}
