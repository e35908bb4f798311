using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>The legacy Visma.net Integrations (VNI), message by message.</summary>
/// <remarks>
/// Thread-safe. Its tokens never expire, and a new one for the same client and user silently kills the one before: never ask for one just
/// in case. Visma has announced its end (https://docs.vismasoftware.no/visma-net-erp-api, end of life notices; read November 2026).
/// </remarks>
[Obsolete(LegacyVni.Advice)]
public sealed class VniClient : IDisposable
{
    private readonly AuthorizationServer _server;
    private readonly HttpClient? _owned;

    /// <summary>Creates a client with connections of its own.</summary>
    /// <param name="options">The application. Its authority is <paramref name="authority"/>.</param>
    /// <param name="authority">The server; <see cref="VismaAuthority.Vni"/> when null.</param>
    /// <param name="timeProvider">The clock; the system's when null.</param>
    /// <exception cref="OptionsValidationException">A setting is missing or wrong; the message names it.</exception>
    public VniClient(VismaClientOptions options, VismaAuthority? authority = null, TimeProvider? timeProvider = null)
    {
        HttpClient owned = TokenHttpClientDefaults.Create();
        _server = AuthorizationServer.Alone(options, authority ?? VismaAuthority.Vni, owned, timeProvider ?? TimeProvider.System, NullLogger.Instance);
        _owned = owned;
    }

    internal VniClient(AuthorizationServer server) => _server = server;

    /// <summary>Begins a user's consent, with the scope <c>financialstasks</c> unless others are named. VNI knows no PKCE and no issuer.</summary>
    /// <param name="options">How to ask; as the client's settings say when null.</param>
    /// <returns>What to keep until the user comes back.</returns>
    /// <exception cref="OptionsValidationException">No redirect URI is set.</exception>
    public AuthorizationRequest CreateAuthorizationRequest(AuthorizationRequestOptions? options = null) =>
        _server.CreateAuthorizationRequest(connection: null, options);

    /// <summary>Redeems the code that a user came back with. From then on an earlier token of the same client and user is dead.</summary>
    /// <param name="request">The request that the user was sent away with.</param>
    /// <param name="response">The answer, as it came to the redirect URI.</param>
    /// <param name="cancellationToken">Ends the request; the code may be spent then.</param>
    /// <returns>The reply: a token without expiry.</returns>
    /// <exception cref="VismaConnectException">The answer does not belong to the request, the user said no, or the server refused; the message says which.</exception>
    public Task<TokenResponse> ExchangeCodeAsync(AuthorizationRequest request, AuthorizationResponse response, CancellationToken cancellationToken = default) =>
        _server.ExchangeCodeAsync(request, response, cancellationToken);

    /// <summary>Lists the companies that a token reaches (<c>/API/resources/v1/context</c>).</summary>
    /// <param name="token">The token.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="VismaConnectException">The token is not accepted, or the reply cannot be used.</exception>
    public async Task<IReadOnlyList<VniCompany>> GetCompaniesAsync(string token, CancellationToken cancellationToken = default)
    {
        Uri address = new(_server.Client.Authority.TokenEndpoint, "/API/resources/v1/context");
        JsonElement companies = await _server.GetJsonAsync(address, token, "the list of companies", JsonValueKind.Array, cancellationToken).ConfigureAwait(false);
        return [.. companies.EnumerateArray().Select(VniCompany.From).OfType<VniCompany>()];
    }

    /// <summary>Revokes a token (<c>DELETE /API/security/api/v1/token</c>).</summary>
    /// <param name="token">The token.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="VismaConnectException">The server refused or could not be reached.</exception>
    public Task RevokeAsync(string token, CancellationToken cancellationToken = default) => RevokeAsync(_server, token, cancellationToken);

    /// <summary>Closes the connections, where the client owns them.</summary>
    public void Dispose() => _owned?.Dispose();

    internal static Task RevokeAsync(AuthorizationServer server, string token, CancellationToken cancellationToken) =>
        server.SendBearerAsync(HttpMethod.Delete, server.Client.Authority.RevocationEndpoint, token, "the revocation", cancellationToken);
}
