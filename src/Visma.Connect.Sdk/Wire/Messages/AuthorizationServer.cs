using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>One identity server as one client sees it, message by message: what the typed clients have in common.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class AuthorizationServer(Func<ConfiguredClient> client, Func<HttpClient> http, TimeProvider time, ILogger logger)
{
    // Has no secret, and sends none.
    private static readonly string?[] PublicClient = [null];

    private readonly ServerExchange _exchange = new(http, time);
    private volatile string? _acceptedSecret;
    private volatile IdTokenValidator? _idTokens;

    /// <summary>The client, as the settings have it now.</summary>
    public ConfiguredClient Client => client();

    /// <summary>A client without a container.</summary>
    /// <exception cref="OptionsValidationException">A setting is missing or wrong; the message names it.</exception>
    public static AuthorizationServer Alone(VismaClientOptions options, VismaAuthority? authority, HttpClient http, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> faults = [.. ClientFaults.Of(nameof(VismaClientOptions), options)];
        if (authority is null)
        {
            faults.Add($"{nameof(VismaClientOptions)}:Authority is '{options.Authority}', which is not built in. Give the authority itself to the constructor.");
        }
        else if (new[] { authority.TokenEndpoint, authority.RevocationEndpoint, authority.AuthorizationEndpoint, authority.UserInfoEndpoint }.Any(endpoint => endpoint is not null && !SecureTransport.Allows(endpoint)))
        {
            faults.Add($"An endpoint of authority '{authority.Name}' is not {SecureTransport.Rule}. Secrets and tokens are sent there.");
        }

        if (faults.Count > 0)
        {
            throw new OptionsValidationException(nameof(VismaClientOptions), typeof(VismaClientOptions), faults);
        }

        ConfiguredClient alone = new(options.ClientId!, options, authority!, [], [.. options.Scopes]);
        return new AuthorizationServer(() => alone, () => http, time, logger);
    }

    /// <summary>Returns the server of a typed client.</summary>
    /// <exception cref="InvalidOperationException">It has none: the constructor for mocks created the client.</exception>
    public static AuthorizationServer Require(AuthorizationServer? server, object typedClient) => server ?? throw new InvalidOperationException(
        $"{typedClient.GetType().Name} has no server: the constructor for derived classes created it. Override the method that was called.");

    public AuthorizationRequest CreateAuthorizationRequest(string? connection, AuthorizationRequestOptions? options) =>
        AuthorizationRequestFactory.Create(Client, connection, options ?? new AuthorizationRequestOptions(), time.GetUtcNow());

    public async Task<TokenResponse> ExchangeCodeAsync(AuthorizationRequest request, AuthorizationResponse response, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(response);
        ConfiguredClient registered = Client;
        if (request.ClientId != registered.Options.ClientId || request.TokenEndpoint != registered.Authority.TokenEndpoint)
        {
            throw new InvalidOperationException(
                $"The {request} was begun by another application or at another server than client '{registered.Name}' now is. Nothing was sent; begin again.");
        }

        List<KeyValuePair<string, string>> form =
        [
            new("grant_type", GrantTypes.AuthorizationCode),
            new("code", AuthorizationResponseReader.CodeOf(response, request, time.GetUtcNow())),
            new("redirect_uri", request.RedirectUri),
        ];
        if (request.CodeVerifier is not null)
        {
            form.Add(new("code_verifier", request.CodeVerifier));
        }

        if (request.AsksForIdToken)
        {
            await FetchKeysAsync(registered, cancellationToken).ConfigureAwait(false);
        }

        TokenResponse tokens = await RequestTokenAsync(new TokenRequest(registered, form) { Scopes = request.Scopes }, cancellationToken).ConfigureAwait(false);
        if (request.AsksForIdToken)
        {
            await RequireIdTokenAsync(tokens, request.Nonce, cancellationToken).ConfigureAwait(false);
        }

        return tokens;
    }

    public Task<TokenResponse> RefreshAsync(string refreshToken, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(refreshToken);
        return RequestTokenAsync(RefreshRequest(Client, refreshToken), cancellationToken);
    }

    /// <summary>Presents a refresh token once, with one secret, and never throws for what comes of it.</summary>
    public async Task<RefreshOutcome> RefreshOnceAsync(ConfiguredClient registered, string refreshToken, string? secret, TimeSpan timeout)
    {
        TokenRequest request = RefreshRequest(registered, refreshToken, timeout);
        ServerReply reply;
        try
        {
            reply = await _exchange.SendAsync(request, secret, CancellationToken.None).ConfigureAwait(false);
        }
        catch (VismaConnectException failure)
        {
            return RefreshOutcome.WithoutReply(failure);
        }

        using (reply)
        {
            try
            {
                TokenResponse tokens = TokenReplyReader.Read(in reply, request, time.GetUtcNow());
                _acceptedSecret = secret;
                return RefreshOutcome.Of(tokens);
            }
            catch (VismaConnectException failure)
            {
                return RefreshOutcome.Of(in reply, failure);
            }
        }
    }

    /// <summary>The secrets to try, the one that was accepted last first; one null for a public client.</summary>
    public IReadOnlyList<string?> SecretsToTry(ConfiguredClient registered)
    {
        IReadOnlyList<string> secrets = registered.Options.SecretsInOrder();
        if (secrets.Count == 0)
        {
            return PublicClient;
        }

        // The sort is stable, and one secret is all that most have.
        return secrets.Count == 1 ? (IReadOnlyList<string?>)secrets : [.. secrets.OrderBy(secret => secret == _acceptedSecret ? 0 : 1)];
    }

    public Task<TokenResponse> RequestTokenAsync(TokenRequest request, CancellationToken cancellationToken) => SendAsync(request, cancellationToken)!;

    public Task RevokeAsync(string token, string? tokenTypeHint, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(token);
        List<KeyValuePair<string, string>> form = [new("token", token)];
        if (tokenTypeHint is not null)
        {
            form.Add(new("token_type_hint", tokenTypeHint));
        }

        return SendAsync(new TokenRequest(Client, form) { IsRevocation = true }, cancellationToken);
    }

    /// <summary>Asks with an access token for something that is JSON.</summary>
    public async Task<JsonElement> GetJsonAsync(Uri address, string accessToken, string what, JsonValueKind kind, CancellationToken cancellationToken)
    {
        RequireToken(accessToken);
        BearerRequest request = new(Client, HttpMethod.Get, address, accessToken, what);
        using ServerReply reply = await _exchange.SendAsync(request, secret: null, cancellationToken).ConfigureAwait(false);
        return TokenReplyReader.ReadJson(in reply, request, kind, time.GetUtcNow());
    }

    /// <summary>Asks with an access token for an act that has no answer but its status.</summary>
    public async Task SendBearerAsync(HttpMethod method, Uri address, string accessToken, string what, CancellationToken cancellationToken)
    {
        RequireToken(accessToken);
        BearerRequest request = new(Client, method, address, accessToken, what);
        using ServerReply reply = await _exchange.SendAsync(request, secret: null, cancellationToken).ConfigureAwait(false);
        TokenReplyReader.Accept(in reply, request, time.GetUtcNow());
    }

    public async Task<UserInfo> GetUserInfoAsync(string accessToken, string? expectedSubject, CancellationToken cancellationToken)
    {
        Uri address = Client.Authority.UserInfoEndpoint
            ?? throw new InvalidOperationException($"Authority '{Client.Authority.Name}' has no userinfo endpoint.");
        JsonElement claims = await GetJsonAsync(address, accessToken, "the userinfo request", JsonValueKind.Object, cancellationToken).ConfigureAwait(false);
        return UserInfo.From(claims, expectedSubject);
    }

    public Uri CreateEndSessionUrl(string? idToken, string? postLogoutRedirectUri, string? state)
    {
        Uri endpoint = Client.Authority.EndSessionEndpoint
            ?? throw new InvalidOperationException($"Authority '{Client.Authority.Name}' has no end-session endpoint.");
        (string Name, string? Value)[] parameters =
        [
            ("id_token_hint", idToken),
            ("client_id", idToken is null ? Client.Options.ClientId : null),
            ("post_logout_redirect_uri", postLogoutRedirectUri),
            ("state", state),
        ];
        IEnumerable<string> pairs = parameters.Where(pair => pair.Value is not null).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}");
        return new Uri($"{endpoint.AbsoluteUri}?{string.Join("&", pairs)}");
    }

    public Task<IdToken> ValidateIdTokenAsync(string idToken, string? nonce, string? accessToken, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(idToken);
        ConfiguredClient registered = Client;
        return IdTokensOf(registered).ValidateAsync(idToken, registered.Options.ClientId!, nonce, accessToken, cancellationToken);
    }

    private IdTokenValidator IdTokensOf(ConfiguredClient registered)
    {
        IdTokenValidator? validator = _idTokens;
        if (validator is null || !validator.IsFor(registered.Authority))
        {
            _idTokens = validator = new IdTokenValidator(registered.Authority, _exchange, registered, time);
        }

        return validator;
    }

    private static TokenRequest RefreshRequest(ConfiguredClient registered, string refreshToken, TimeSpan? timeout = null)
    {
        // No scope: it could only be narrower than the consent (RFC 6749 section 6).
        List<KeyValuePair<string, string>> form = [new("grant_type", GrantTypes.RefreshToken), new("refresh_token", refreshToken)];
        return timeout is { } limit ? new TokenRequest(registered, form) { Timeout = limit } : new TokenRequest(registered, form);
    }

    // Before the code is spent: without the keys its id token could not be checked.
    private async Task FetchKeysAsync(ConfiguredClient registered, CancellationToken cancellationToken)
    {
        try
        {
            await IdTokensOf(registered).FetchKeysAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (VismaConnectException failure)
        {
            failure.WasNotSent = true;
            throw;
        }
    }

    private async Task RequireIdTokenAsync(TokenResponse tokens, string? nonce, CancellationToken cancellationToken)
    {
        if (tokens.IdToken is null)
        {
            throw new VismaConnectException(
                $"The reply for client '{Client.Name}' has no id token, though the scope 'openid' was asked for. Switch OpenID Connect on in the Visma Developer Portal, or leave that scope out.");
        }

        try
        {
            await ValidateIdTokenAsync(tokens.IdToken, nonce, tokens.AccessToken, cancellationToken).ConfigureAwait(false);
        }
        catch (VismaConnectException) when (tokens.RefreshToken is not null)
        {
            await GiveBackAsync(tokens.RefreshToken).ConfigureAwait(false);
            throw;
        }
    }

    // What is refused is not left lying at the server. That the id token is refused is what the caller has to hear, whatever comes of this.
    private async Task GiveBackAsync(string refreshToken)
    {
        try
        {
            await RevokeAsync(refreshToken, "refresh_token", CancellationToken.None).ConfigureAwait(false);
        }
        catch (VismaConnectException)
        {
            // Nobody has it: it ends by itself.
        }
    }

    // Null for a revocation, which has no answer but its status.
    private async Task<TokenResponse?> SendAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<string?> secrets = SecretsToTry(request.Client);
        for (int tried = 0; ; tried++)
        {
            using ServerReply reply = await _exchange.SendAsync(request, secrets[tried], cancellationToken).ConfigureAwait(false);
            try
            {
                TokenResponse? tokens = Read(in reply, request);
                _acceptedSecret = secrets[tried];
                return tokens;
            }
            catch (VismaConnectException refusal) when (refusal.Error == "invalid_client" && tried + 1 < secrets.Count)
            {
                LogRefusedSecret(request.Client, secrets[tried]);
            }
        }
    }

    private TokenResponse? Read(in ServerReply reply, TokenRequest request)
    {
        if (!request.IsRevocation)
        {
            return TokenReplyReader.Read(in reply, request, time.GetUtcNow());
        }

        TokenReplyReader.Accept(in reply, request, time.GetUtcNow());
        return null;
    }

    public void LogRefusedSecret(ConfiguredClient registered, string? secret)
    {
        IReadOnlyList<string> inSettings = registered.Options.SecretsInOrder();
        Log.SecretRefused(logger, registered.Name, inSettings.TakeWhile(other => other != secret).Count() + 1, inSettings.Count);
    }

    private static void RequireToken(string accessToken)
    {
        if (!AccessToken.IsHeaderSafe(accessToken))
        {
            throw new ArgumentException("An access token is not empty and holds visible ASCII characters only.", nameof(accessToken));
        }
    }
}
