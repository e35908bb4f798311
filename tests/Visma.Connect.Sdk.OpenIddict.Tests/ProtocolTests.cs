using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.OpenIddict.Tests;

/// <summary>Every flow of the library at a real OpenID Connect server, which nobody wrote for this library.</summary>
public sealed class ProtocolTests : IAsyncLifetime
{
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(60);

    private readonly ManualTime _time = new();
    private readonly MemoryTokenCache _cache = new();
    private OpenIddictServer _server = null!;
    private ServiceProvider _services = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private VismaConnections Connections => _services.GetRequiredService<VismaConnections>();

    private VismaConnectClient Client => _services.GetRequiredKeyedService<VismaConnectClient>("acme");

    public async ValueTask InitializeAsync()
    {
        _server = await OpenIddictServer.StartAsync(_time, Leeway);
        Dictionary<string, string?> settings = new()
        {
            ["AllowConnectionsInMemory"] = "true",
            ["Authorities:OpenIddict:BaseAddress"] = _server.Address.AbsoluteUri,
            ["Authorities:OpenIddict:Issuer"] = _server.Address.AbsoluteUri,
            ["Clients:acme:Authority"] = "OpenIddict",
            ["Clients:acme:ClientId"] = OpenIddictServer.ClientId,
            ["Clients:acme:ClientSecret"] = OpenIddictServer.ClientSecret,
            ["Clients:acme:RedirectUri"] = OpenIddictServer.RedirectUri,
            ["Clients:acme:GracePeriod"] = Leeway.ToString("c"),
            ["Clients:acme:Scopes:0"] = "openid",
            ["Clients:acme:Scopes:1"] = OpenIddictServer.Api,
            ["Clients:acme:Scopes:2"] = "offline_access",
            ["Clients:service:Authority"] = "OpenIddict",
            ["Clients:service:ClientId"] = OpenIddictServer.ClientId,
            ["Clients:service:ClientSecret"] = OpenIddictServer.ClientSecret,
            ["Clients:service:Scopes:0"] = OpenIddictServer.Api,
            ["Clients:service:TenantUse"] = "None",
            ["Clients:desktop:Authority"] = "OpenIddict",
            ["Clients:desktop:ClientId"] = OpenIddictServer.PublicClientId,
            ["Clients:desktop:IsPublicClient"] = "true",
            ["Clients:desktop:RedirectUri"] = OpenIddictServer.RedirectUri,
            ["Clients:desktop:Scopes:0"] = OpenIddictServer.Api,
            ["Clients:desktop:Scopes:1"] = "offline_access",
        };
        _services = Application.Create(_time, _cache, settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task User_connects_by_a_form_with_pkce_an_issuer_and_an_id_token()
    {
        AuthorizationRequest start = Connections.Begin("acme", "company-1", new() { ResponseMode = AuthorizationResponseMode.FormPost });
        IReadOnlyDictionary<string, string?> form = await _server.ConsentByFormAsync(start.Url);

        VismaConnection connection = await Connections.CompleteAsync(start, AuthorizationResponse.From(form), Cancellation);

        Assert.Equal(_server.Address.AbsoluteUri, form["iss"]);
        Assert.Equal((ConnectionState.Active, OpenIddictServer.User, true), (connection.State, connection.Subject, connection.HasRefreshToken));
    }

    [Fact]
    public async Task Code_of_another_browser_is_refused_by_the_server_for_its_verifier()
    {
        AuthorizationRequest start = Connections.Begin("acme", "company-1");
        AuthorizationRequest other = Connections.Begin("acme", "company-1");
        Uri callback = await _server.ConsentAsync(other.Url);
        Uri forged = new(callback.AbsoluteUri.Replace(other.State, start.State, StringComparison.Ordinal));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(
            () => Connections.CompleteAsync(start, AuthorizationResponse.FromUri(forged), Cancellation));

        Assert.Equal(("invalid_grant", "code-refused"), (error.Error, error.Remedy?.Code));
    }

    [Fact]
    public async Task Renewal_rotates_the_refresh_token()
    {
        await ConnectAsync("acme");
        string before = await RefreshTokenOfAsync("acme");

        AccessToken first = await GetTokenAsync("acme");
        _time.Advance(TimeSpan.FromHours(1));
        AccessToken second = await GetTokenAsync("acme");

        Assert.NotEqual(first.Value, second.Value);
        Assert.NotEqual(before, await RefreshTokenOfAsync("acme"));
    }

    [Fact]
    public async Task Renewal_whose_reply_was_lost_is_repeated_within_the_leeway()
    {
        await ConnectAsync("acme");
        AccessToken first = await GetTokenAsync("acme");
        _time.Advance(TimeSpan.FromHours(1));
        _server.LoseNextReply();

        AccessToken second = await GetTokenAsync("acme");

        Assert.NotEqual(first.Value, second.Value);
        Assert.True(await _server.IsActiveAsync(await RefreshTokenOfAsync("acme")));
    }

    [Fact]
    public async Task Service_gets_a_token()
    {
        AccessToken token = await _services.GetRequiredService<ITokenSource>().GetTokenAsync(TokenKey.ForClient("service"), Cancellation);

        Assert.True(token.ExpiresAt > token.ObtainedAt);
    }

    [Fact]
    public async Task Wrong_secret_is_refused()
    {
        VismaClientOptions options = new() { ClientId = OpenIddictServer.ClientId, ClientSecret = "wrong" };
        using VismaConnectClient client = new(options, VismaAuthority.VismaConnect.WithBaseAddress(_server.Address));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(
            () => client.RequestClientCredentialsTokenAsync(new ClientCredentialsRequest(), Cancellation));

        Assert.Equal(("invalid_client", "client-refused"), (error.Error, error.Remedy?.Code));
    }

    [Fact]
    public async Task Disconnection_revokes_the_refresh_token()
    {
        await ConnectAsync("acme");
        string refreshToken = await RefreshTokenOfAsync("acme");
        Assert.True(await _server.IsActiveAsync(refreshToken));

        await Connections.DisconnectAsync("acme", "company-1", Cancellation);

        Assert.False(await _server.IsActiveAsync(refreshToken));
    }

    [Fact]
    public async Task Public_client_connects_and_renews_without_a_secret()
    {
        await ConnectAsync("desktop");
        AccessToken first = await GetTokenAsync("desktop");
        _time.Advance(TimeSpan.FromHours(1));

        Assert.NotEqual(first.Value, (await GetTokenAsync("desktop")).Value);
    }

    [Fact]
    public async Task Id_token_and_userinfo_are_about_the_same_user()
    {
        AuthorizationRequest start = Client.CreateAuthorizationRequest();
        TokenResponse tokens = await Client.ExchangeCodeAsync(start, AuthorizationResponse.FromUri(await _server.ConsentAsync(start.Url)), Cancellation);

        IdToken idToken = await Client.ValidateIdTokenAsync(tokens.IdToken!, start.Nonce, Cancellation);
        UserInfo user = await Client.GetUserInfoAsync(tokens.AccessToken, idToken.Subject, Cancellation);

        Assert.Equal(OpenIddictServer.User, user.Subject);
    }

    [Fact]
    public async Task Session_ends_and_the_browser_returns()
    {
        AuthorizationRequest start = Client.CreateAuthorizationRequest();
        TokenResponse tokens = await Client.ExchangeCodeAsync(start, AuthorizationResponse.FromUri(await _server.ConsentAsync(start.Url)), Cancellation);

        Uri back = await _server.ConsentAsync(Client.CreateEndSessionUrl(tokens.IdToken, OpenIddictServer.SignedOutUri, "state of the tests"));

        Assert.Equal($"{OpenIddictServer.SignedOutUri}?state=state%20of%20the%20tests", back.AbsoluteUri);
    }

    private async Task ConnectAsync(string client)
    {
        AuthorizationRequest start = Connections.Begin(client, "company-1");
        await Connections.CompleteAsync(start, AuthorizationResponse.FromUri(await _server.ConsentAsync(start.Url)), Cancellation);
    }

    private Task<AccessToken> GetTokenAsync(string client) => _services.GetRequiredService<ITokenSource>()
        .GetTokenAsync(TokenKey.ForConnection(client, "company-1"), Cancellation)
        .Soon($"a token of {client}");

    private async Task<string> RefreshTokenOfAsync(string client) =>
        (await _cache.GetAsync(TokenKey.ForConnection(client, "company-1"), Cancellation))!.Tokens.RefreshToken!;
}
