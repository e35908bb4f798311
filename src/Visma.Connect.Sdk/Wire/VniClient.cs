using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>
/// Sends single messages to the legacy Visma.net Integrations (VNI). Nothing is cached, and only the request for the companies is repeated after a
/// failure that passes (<see cref="TokenRequestOptions"/>).
/// </summary>
/// <remarks>
/// <para>
/// Thread-safe; create one and keep it for as long as the application runs. In a container it is the keyed service with the name of the client.
/// Unit tests can replace it: every member is virtual.
/// </para>
/// <para>
/// VNI's access tokens never expire. A new token for the same client and user ends the earlier one without notice, so request one only when it
/// is needed. Visma has announced the end of VNI (https://docs.vismasoftware.no/visma-net-erp-api, end of life notices; read November 2026).
/// </para>
/// </remarks>
[Obsolete(LegacyVni.Advice, DiagnosticId = LegacyVni.DiagnosticId, UrlFormat = LegacyVni.Url)]
public class VniClient : IDisposable
{
    private readonly AuthorizationServer? _server;
    private readonly HttpMessageHandler? _ownTransport;

    /// <summary>Creates a client without a container.</summary>
    /// <param name="options">
    /// The application. It is read for each request, so a changed secret is used from the next request on. The authority that it names is not used.
    /// </param>
    /// <param name="authority">The server. Default: <see cref="VismaAuthority.Vni"/>.</param>
    /// <param name="timeProvider">The clock. Default: the system clock.</param>
    /// <param name="requests">When requests that may be repeated are repeated. Default: the defaults of <see cref="TokenRequestOptions"/>.</param>
    /// <exception cref="OptionsValidationException">A setting is missing or wrong; the message names it.</exception>
    public VniClient(
        VismaClientOptions options,
        VismaAuthority? authority = null,
        TimeProvider? timeProvider = null,
        TokenRequestOptions? requests = null)
    {
        HttpMessageHandler transport = TokenRequestTransport.Create(authority);
        _server = ServerWithoutContainer.Create(
            options,
            authority ?? VismaAuthority.Vni,
            transport,
            requests ?? new TokenRequestOptions(),
            timeProvider ?? TimeProvider.System,
            NullLogger.Instance);
        _ownTransport = transport;
    }

    /// <inheritdoc cref="OpenIdConnectClient()"/>
    protected VniClient()
    {
    }

    internal VniClient(AuthorizationServer server) => _server = server;

    private AuthorizationServer Server => AuthorizationServer.Require(_server, this);

    /// <summary>Begins a user's consent: creates the address for the browser, with a new state. VNI has neither PKCE nor an issuer.</summary>
    /// <param name="options">How to ask for the consent. Default: as the client's settings say, and the scope <c>financialstasks</c>.</param>
    /// <returns>The authorization request. It holds a secret: keep it on the server, in the session of this browser, until the browser returns.</returns>
    /// <exception cref="OptionsValidationException">The redirect URI is missing.</exception>
    /// <exception cref="ArgumentException">An option is wrong, or a further parameter has the name of one that the library sets.</exception>
    public virtual AuthorizationRequest CreateAuthorizationRequest(AuthorizationRequestOptions? options = null) =>
        Server.CreateAuthorizationRequest(connection: null, options);

    /// <summary>Exchanges an authorization code for an access token. An earlier token of the same client and user is then no longer accepted.</summary>
    /// <param name="request">The request that <see cref="CreateAuthorizationRequest"/> returned for this user's browser.</param>
    /// <param name="response">The authorization response that arrived at the redirect URI.</param>
    /// <param name="cancellationToken">Ends the request. The server may have accepted the code already; it cannot be used again then.</param>
    /// <returns>The access token, which does not expire.</returns>
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

    /// <summary>Lists the companies that an access token is valid for (<c>/API/resources/v1/context</c>).</summary>
    /// <param name="accessToken">The access token.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The companies.</returns>
    /// <exception cref="VismaConnectException">The server does not accept the token, or its reply is unusable.</exception>
    /// <exception cref="ArgumentException">The token is empty or cannot be sent in a header.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public virtual async Task<IReadOnlyList<VniCompany>> GetCompaniesAsync(string accessToken, CancellationToken cancellationToken = default)
    {
        // From /API/security/api/v2/token to /API/resources/v1/context.
        Uri address = new(Server.Client.Authority.TokenEndpoint, "../../../resources/v1/context");
        JsonElement companies = await Server.GetJsonAsync(
            address,
            accessToken,
            "the list of companies",
            JsonValueKind.Array,
            cancellationToken).ConfigureAwait(false);
        return [.. companies.EnumerateArray().Select(VniCompany.From).OfType<VniCompany>()];
    }

    /// <summary>Revokes an access token (<c>DELETE /API/security/api/v1/token</c>).</summary>
    /// <param name="token">The access token.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>A task that completes when the server has revoked the token.</returns>
    /// <exception cref="VismaConnectException">
    /// The server refused or could not be reached; if <see cref="VismaConnectException.IsTransient"/>, try again later.
    /// </exception>
    /// <exception cref="ArgumentException">The token is empty or cannot be sent in a header.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public virtual Task RevokeAsync(string token, CancellationToken cancellationToken = default) => RevokeAsync(Server, token, cancellationToken);

    /// <summary>Closes the network connections, unless they belong to a container.</summary>
    public virtual void Dispose()
    {
        _ownTransport?.Dispose();
        GC.SuppressFinalize(this);
    }

    internal static Task RevokeAsync(AuthorizationServer server, string token, CancellationToken cancellationToken)
    {
        VismaAuthority authority = server.Client.Authority;
        Uri address = authority.Require(authority.RevocationEndpoint, nameof(authority.RevocationEndpoint));
        return server.SendBearerAsync(HttpMethod.Delete, address, token, "the revocation", cancellationToken);
    }
}
