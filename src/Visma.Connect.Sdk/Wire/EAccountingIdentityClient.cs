using Duende.IdentityModel;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>
/// Sends single messages to the identity server of eAccounting (Spiris) and its payroll: consents of users, refresh, revocation, userinfo and
/// id tokens. Nothing is cached. Requests that may be repeated are repeated after failures that pass (<see cref="TokenRequestOptions"/>).
/// </summary>
/// <remarks>
/// <para>
/// Thread-safe; create one and keep it for as long as the application runs. In a container it is the keyed service with the name of the client.
/// Unit tests can replace it: every member is virtual.
/// </para>
/// <para>
/// The client authenticates by Basic. Refresh tokens are always one-time tokens; a code can be exchanged once and within five minutes
/// (https://developer.vismaonline.com/docs, authentication; read November 2026).
/// </para>
/// </remarks>
public class EAccountingIdentityClient : OpenIdConnectClient
{
    /// <summary>Creates a client without a container.</summary>
    /// <param name="options">
    /// The application. It is read for each request, so a changed secret is used from the next request on. The authority that it names is not used.
    /// </param>
    /// <param name="authority">The identity server. Default: <see cref="VismaAuthority.EAccounting"/>.</param>
    /// <param name="timeProvider">The clock. Default: the system clock.</param>
    /// <param name="requests">When requests that may be repeated are repeated. Default: the defaults of <see cref="TokenRequestOptions"/>.</param>
    /// <exception cref="OptionsValidationException">A setting is missing or wrong; the message names it.</exception>
    public EAccountingIdentityClient(
        VismaClientOptions options,
        VismaAuthority? authority = null,
        TimeProvider? timeProvider = null,
        TokenRequestOptions? requests = null)
        : base(options, authority ?? VismaAuthority.EAccounting, timeProvider, requests)
    {
    }

    /// <inheritdoc cref="OpenIdConnectClient()"/>
    protected EAccountingIdentityClient()
    {
    }

    internal EAccountingIdentityClient(AuthorizationServer server)
        : base(server)
    {
    }

    /// <inheritdoc/>
    /// <remarks>The server requires the scopes <c>ea:api</c> (for the payroll <c>vls:api</c>) and <c>offline_access</c>.</remarks>
    public override AuthorizationRequest CreateAuthorizationRequest(AuthorizationRequestOptions? options = null)
    {
        AuthorizationRequest request = base.CreateAuthorizationRequest(options);
        RequireScopes(request);
        return request;
    }

    /// <summary>Revokes an access token (RFC 7009; https://developer.vismaonline.com/docs, authentication; read November 2026).</summary>
    /// <param name="accessToken">The access token. A token that the server does not recognise counts as revoked (RFC 7009 section 2.2).</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>A task that completes when the server has revoked the token.</returns>
    /// <exception cref="VismaConnectException">
    /// The server refused or could not be reached; if <see cref="VismaConnectException.IsTransient"/>, try again later.
    /// </exception>
    /// <exception cref="ArgumentException">The token is null, empty or white space.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public virtual Task RevokeAccessTokenAsync(string accessToken, CancellationToken cancellationToken = default) =>
        Server.RevokeAsync(accessToken, OidcConstants.TokenTypes.AccessToken, cancellationToken);

    /// <exception cref="OptionsValidationException">A scope is missing that eAccounting requires.</exception>
    internal static void RequireScopes(AuthorizationRequest request)
    {
        if (EAccountingScopes.FaultOf($"The Scopes of client '{request.Client}'", request.Scopes) is { } fault)
        {
            throw new OptionsValidationException(nameof(VismaClientOptions), typeof(VismaClientOptions), [fault]);
        }
    }
}
