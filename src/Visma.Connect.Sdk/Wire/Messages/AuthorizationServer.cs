using System.Text.Json;
using Duende.IdentityModel;
using Duende.IdentityModel.Client;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>The identity server of one client: sends the messages of the typed clients and of renewals.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class AuthorizationServer(
    Func<ConfiguredClient> client, ServerExchange exchange, TimeProvider time, ILogger logger, DiscoveredEndpoints? endpoints = null)
{
    private readonly IdTokens _idTokens = new(exchange, time);

    /// <summary>The client with its current settings.</summary>
    public ConfiguredClient Client => client();

    public ClientSecrets Secrets { get; } = new(logger);

    /// <summary>Returns the server of a typed client.</summary>
    /// <exception cref="InvalidOperationException">It has none: the constructor for mocks created the client.</exception>
    public static AuthorizationServer Require(AuthorizationServer? server, object typedClient) => server ?? throw new InvalidOperationException(
        $"{typedClient.GetType().Name} has no server: the constructor for derived classes created it. Override the method that was called.");

    /// <summary>Reads the endpoints from the discovery document, if the settings of the authority say so and they are not known.</summary>
    /// <exception cref="VismaConnectException">They cannot be read. Nothing else was sent.</exception>
    public Task DiscoverAsync(CancellationToken cancellationToken) => DiscoveredClientAsync(cancellationToken).AsTask();

    private ValueTask<ConfiguredClient> DiscoveredClientAsync(CancellationToken cancellationToken) =>
        endpoints?.RequireAsync(client, cancellationToken) ?? new ValueTask<ConfiguredClient>(Client);

    public AuthorizationRequest CreateAuthorizationRequest(string? connection, AuthorizationRequestOptions? options) =>
        AuthorizationRequestFactory.Create(Client, connection, options ?? new AuthorizationRequestOptions(), time.GetUtcNow());

    /// <summary>Does what has to be done before a code is sent: checks that the request fits the client, and fetches keys if they are needed.</summary>
    /// <exception cref="InvalidOperationException">The request was begun by another application or at another server.</exception>
    /// <exception cref="VismaConnectException">The keys cannot be fetched.</exception>
    public async Task PrepareExchangeAsync(AuthorizationRequest request, CancellationToken cancellationToken) =>
        await PrepareExchangeAsync(await DiscoveredClientAsync(cancellationToken).ConfigureAwait(false), request, cancellationToken).ConfigureAwait(false);

    private Task PrepareExchangeAsync(ConfiguredClient configured, AuthorizationRequest request, CancellationToken cancellationToken)
    {
        if (request.ClientId != configured.Options.ClientId || request.TokenEndpoint != configured.Authority.TokenEndpoint)
        {
            throw new InvalidOperationException(
                $"The {request} was begun by another application or at another server than client '{configured.Name}' now is. Nothing was sent; begin again.");
        }

        return request.AsksForIdToken ? _idTokens.FetchKeysAsync(configured, cancellationToken) : Task.CompletedTask;
    }

    public async Task<TokenResponse> ExchangeCodeAsync(AuthorizationRequest request, AuthorizationResponse response, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(response);
        ConfiguredClient configured = await DiscoveredClientAsync(cancellationToken).ConfigureAwait(false);
        string code = AuthorizationResponseReader.CodeOf(response, request, configured.Authority, time.GetUtcNow());
        TokenRequest exchange = TokenRequest.ForCode(configured, request, code);
        await PrepareExchangeAsync(configured, request, cancellationToken).ConfigureAwait(false);
        TokenResponse tokens = await RequestTokenAsync(exchange, cancellationToken).ConfigureAwait(false);
        if (request.AsksForIdToken)
        {
            await RequireIdTokenAsync(tokens, request.Nonce, cancellationToken).ConfigureAwait(false);
        }

        return tokens;
    }

    public Task<TokenResponse> RefreshAsync(string refreshToken, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(refreshToken);
        return RequestTokenAsync(configured => TokenRequest.ForRefresh(configured, refreshToken), cancellationToken);
    }

    /// <summary>Sends a refresh token once, with one secret.</summary>
    public OpenRefresh BeginRefresh(ConfiguredClient configured, string refreshToken, string? secret)
    {
        TokenRequest request = TokenRequest.ForRefresh(configured, refreshToken);
        return new OpenRefresh(exchange.Begin(request, secret), request, () => Secrets.Accept(secret), time);
    }

    /// <summary>Asks whether a refresh token is active. The authority has an introspection endpoint.</summary>
    public Task<bool> IsActiveAsync(ConfiguredClient configured, string refreshToken, TimeSpan timeout) =>
        SendAsync(TokenRequest.ForIntrospection(configured, refreshToken, timeout), TokenReplyReader.ReadActive, CancellationToken.None);

    /// <summary>Requests a token, with a request that is created when the endpoints are known.</summary>
    public Task<TokenResponse> RequestTokenAsync(Func<ConfiguredClient, TokenRequest> create, CancellationToken cancellationToken)
    {
        ValueTask<ConfiguredClient> discovered = DiscoveredClientAsync(cancellationToken);
        return discovered.IsCompletedSuccessfully
            ? RequestTokenAsync(create(discovered.Result), cancellationToken)
            : RequestAfterAsync(discovered, create, cancellationToken);
    }

    private async Task<TokenResponse> RequestAfterAsync(
        ValueTask<ConfiguredClient> discovered,
        Func<ConfiguredClient, TokenRequest> create,
        CancellationToken end) =>
        await RequestTokenAsync(create(await discovered.ConfigureAwait(false)), end).ConfigureAwait(false);

    public Task<TokenResponse> RequestTokenAsync(TokenRequest request, CancellationToken cancellationToken) =>
        SendAsync(request, TokenReplyReader.Read, cancellationToken);

    public async Task RevokeAsync(string token, string tokenTypeHint, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(token);
        ConfiguredClient configured = await DiscoveredClientAsync(cancellationToken).ConfigureAwait(false);
        await SendAsync(TokenRequest.ForRevocation(configured, token, tokenTypeHint), AcceptRevocation, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads JSON that an access token gives access to.</summary>
    public async Task<JsonElement> GetJsonAsync(Uri address, string accessToken, string what, JsonValueKind kind, CancellationToken cancellationToken)
    {
        BearerRequest.RequireToken(accessToken);
        BearerRequest request = new(Client, HttpMethod.Get, address, accessToken, what);
        using ServerReply reply = await exchange.SendAsync(request, secret: null, cancellationToken).ConfigureAwait(false);
        return TokenReplyReader.ReadJson(reply, request, kind, time);
    }

    /// <summary>Sends a request that an access token authorises, and whose reply is only a status.</summary>
    public async Task SendBearerAsync(HttpMethod method, Uri address, string accessToken, string what, CancellationToken cancellationToken)
    {
        BearerRequest.RequireToken(accessToken);
        BearerRequest request = new(Client, method, address, accessToken, what);
        using ServerReply reply = await exchange.SendAsync(request, secret: null, cancellationToken).ConfigureAwait(false);
        TokenReplyReader.Accept(reply, request, time);
    }

    public async Task<UserInfo> GetUserInfoAsync(string accessToken, string? expectedSubject, CancellationToken cancellationToken)
    {
        VismaAuthority authority = (await DiscoveredClientAsync(cancellationToken).ConfigureAwait(false)).Authority;
        Uri address = authority.Require(authority.UserInfoEndpoint, nameof(authority.UserInfoEndpoint));
        JsonElement claims = await GetJsonAsync(address, accessToken, "the userinfo request", JsonValueKind.Object, cancellationToken).ConfigureAwait(false);
        return UserInfo.From(claims, expectedSubject);
    }

    public async Task<IdToken> ValidateIdTokenAsync(string idToken, string? nonce, CancellationToken cancellationToken)
    {
        ConfiguredClient configured = await DiscoveredClientAsync(cancellationToken).ConfigureAwait(false);
        return await _idTokens.ValidateAsync(configured, idToken, nonce, accessToken: null, cancellationToken).ConfigureAwait(false);
    }

    public async Task<LogoutToken> ValidateLogoutTokenAsync(string logoutToken, CancellationToken cancellationToken)
    {
        ConfiguredClient configured = await DiscoveredClientAsync(cancellationToken).ConfigureAwait(false);
        return await _idTokens.ValidateLogoutAsync(configured, logoutToken, cancellationToken).ConfigureAwait(false);
    }

    public Uri CreateEndSessionUrl(string? idToken, string? postLogoutRedirectUri, string? state)
    {
        VismaAuthority authority = Client.Authority;
        Uri endpoint = authority.Require(authority.EndSessionEndpoint, nameof(authority.EndSessionEndpoint));
        Parameters further = [];
        if (idToken is null)
        {
            further.Add(OidcConstants.AuthorizeRequest.ClientId, Client.Options.ClientId!);
        }

        return new Uri(new RequestUrl(endpoint.AbsoluteUri).CreateEndSessionUrl(idToken, postLogoutRedirectUri, state, further));
    }

    private async Task RequireIdTokenAsync(TokenResponse tokens, string? nonce, CancellationToken cancellationToken)
    {
        try
        {
            if (tokens.IdToken is null)
            {
                throw new VismaConnectException(
                    $"The reply for client '{Client.Name}' has no id token, although the scope 'openid' was requested.",
                    IdentityServerCauses.NoIdToken.At(Client.Authority),
                    innerException: null);
            }

            await _idTokens.ValidateAsync(Client, tokens.IdToken, nonce, tokens.AccessToken, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await DiscardAsync(tokens.RefreshToken).ConfigureAwait(false);
            throw;
        }
    }

    // The tokens are not used, so they are revoked. The caller gets the failure that made them useless, also if the revocation fails.
    private async Task DiscardAsync(string? refreshToken)
    {
        if (refreshToken is null || Client.Authority.RevocationEndpoint is null)
        {
            return;
        }

        try
        {
            await RevokeAsync(refreshToken, OidcConstants.TokenTypes.RefreshToken, CancellationToken.None).ConfigureAwait(false);
        }
        catch (VismaConnectException)
        {
            // The refresh token was not passed on, and expires unused.
        }
    }

    private async Task<T> SendAsync<T>(TokenRequest request, ReplyReading<T> read, CancellationToken cancellationToken)
    {
        IReadOnlyList<string?> secrets = Secrets.ToTry(request.Client);
        for (int tried = 0; ; tried++)
        {
            using ServerReply reply = await exchange.SendAsync(request, secrets[tried], cancellationToken).ConfigureAwait(false);
            try
            {
                T answer = read(reply, request, time);
                Secrets.Accept(secrets[tried]);
                return answer;
            }
            catch (VismaConnectException refusal) when (refusal.Error == OidcConstants.TokenErrors.InvalidClient && tried + 1 < secrets.Count)
            {
                Secrets.LogRefused(request.Client, secrets[tried]);
            }
            catch (VismaConnectException) when (request.GrantType == GrantTypes.AuthorizationCode)
            {
                await DiscardAsync(RefreshTokenSalvage.RefreshTokenOf(reply.Body)).ConfigureAwait(false);
                throw;
            }
        }
    }

    // The reply to a revocation is only a status.
    private static bool AcceptRevocation(ServerReply reply, TokenRequest request, TimeProvider time)
    {
        TokenReplyReader.Accept(reply, request, time);
        return true;
    }

    private delegate T ReplyReading<T>(ServerReply reply, TokenRequest request, TimeProvider time);
}
