using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>
/// Sends single messages to Visma Connect: consents of users, service tokens, refresh, revocation, userinfo and id tokens. Nothing is cached.
/// Requests that may be repeated are repeated after failures that pass (<see cref="TokenRequestOptions"/>).
/// </summary>
/// <remarks>
/// Thread-safe; create one and keep it for as long as the application runs. In a container it is the keyed service with the name of the client.
/// Without a container it opens its own network connections, because a token request must never follow a redirect. Unit tests can replace it:
/// every member is virtual.
/// </remarks>
public class VismaConnectClient : OpenIdConnectClient
{
    /// <summary>Creates a client without a container.</summary>
    /// <param name="options">The application. It is read for each request, so a changed secret is used from the next request on.</param>
    /// <param name="authority">The identity server. Default: the built-in authority that <paramref name="options"/> names.</param>
    /// <param name="timeProvider">The clock. Default: the system clock.</param>
    /// <param name="requests">When requests that may be repeated are repeated. Default: the defaults of <see cref="TokenRequestOptions"/>.</param>
    /// <exception cref="OptionsValidationException">A setting is missing or wrong; the message names it.</exception>
    public VismaConnectClient(
        VismaClientOptions options,
        VismaAuthority? authority = null,
        TimeProvider? timeProvider = null,
        TokenRequestOptions? requests = null)
        : base(options, authority ?? VismaAuthority.FindBuiltIn(options?.Authority ?? ""), timeProvider, requests)
    {
    }

    /// <inheritdoc cref="OpenIdConnectClient()"/>
    protected VismaConnectClient()
    {
    }

    internal VismaConnectClient(AuthorizationServer server)
        : base(server)
    {
    }

    /// <summary>Requests a service token with the client credentials grant (RFC 6749 section 4.4).</summary>
    /// <param name="request">What to request. Default: no tenant, and the scopes of the application.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The token.</returns>
    /// <exception cref="VismaConnectException">The server refused, could not be reached, or sent an unusable reply.</exception>
    /// <exception cref="InvalidOperationException">The authority issues no service tokens to partners. Nothing was sent.</exception>
    /// <exception cref="ArgumentException">A further parameter has the name of one that the library sets. Nothing was sent.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public virtual Task<TokenResponse> RequestClientCredentialsTokenAsync(
        ClientCredentialsRequest? request = null,
        CancellationToken cancellationToken = default) =>
        Server.RequestTokenAsync((request ?? new ClientCredentialsRequest()).ToTokenRequest, cancellationToken);

    /// <summary>
    /// Requests a token with an extension grant (RFC 6749 section 4.5): token exchange (RFC 8693,
    /// <c>urn:ietf:params:oauth:grant-type:token-exchange</c>), Visma's <c>delegation</c>, or another one that the server offers.
    /// </summary>
    /// <param name="grantType">The type of the grant: an absolute URI, or a registered name. Those of <see cref="GrantTypes"/> have own methods.</param>
    /// <param name="parameters">
    /// The parameters of the grant, for example <c>subject_token</c>, <c>subject_token_type</c>, <c>scope</c> and <c>tenant_id</c>. A name can occur
    /// more than once. The library adds <c>grant_type</c>, and the credentials of the client.
    /// </param>
    /// <param name="cancellationToken">Ends the request. The server may have accepted the grant already.</param>
    /// <returns>The token.</returns>
    /// <exception cref="VismaConnectException">
    /// The server refused, could not be reached, or sent an unusable reply or another token than a Bearer token.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The grant type is empty or malformed, or has its own method; or a parameter has no name, or the name of one that the library sets. Nothing was
    /// sent.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <remarks>
    /// The request is not repeated after a failure, because the server may count it as a use of the token that it exchanges. Messages mask the values of
    /// all parameters except scopes, tenant, audience, resource and types of tokens. Visma Connect lists both grants in its discovery document of
    /// 2026-09-13, but not among the grants for the applications of partners: ask Visma whether yours may use them.
    /// </remarks>
    public virtual Task<TokenResponse> RequestExtensionGrantTokenAsync(
        string grantType,
        IEnumerable<KeyValuePair<string, string>> parameters,
        CancellationToken cancellationToken = default) =>
        Server.RequestTokenAsync(client => ExtensionGrant.RequestOf(client, grantType, parameters), cancellationToken);
}
