using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.OpenIddict.Tests;

/// <summary>What a real identity server answers about refresh tokens, and what the library makes of it.</summary>
public sealed class AskBeforeReplayTests : IAsyncLifetime
{
    // Without a grace period: 30 s for the request, 2 s for a cache operation, and one second.
    private static readonly TimeSpan EarlierSendIsProcessed = TimeSpan.FromSeconds(33);

    private readonly ManualTime _time = new();
    private readonly MemoryTokenCache _cache = new();
    private OpenIddictServer _server = null!;
    private ServiceProvider _services = null!;

    private VismaConnections Connections => _services.GetRequiredService<VismaConnections>();

    public async ValueTask InitializeAsync()
    {
        _server = await OpenIddictServer.StartAsync(TimeProvider.System);
        _services = Application.Create(_time, _cache, new Dictionary<string, string?>
        {
            ["AllowConnectionsInMemory"] = "true",
            ["Authorities:OpenIddict:BaseAddress"] = _server.Address.AbsoluteUri,
            ["Authorities:OpenIddict:Issuer"] = _server.Address.AbsoluteUri,
            ["Authorities:OpenIddict:IntrospectionEndpoint"] = new Uri(_server.Address, "connect/introspect").AbsoluteUri,
            ["Clients:acme:Authority"] = "OpenIddict",
            ["Clients:acme:ClientId"] = OpenIddictServer.ClientId,
            ["Clients:acme:ClientSecret"] = OpenIddictServer.ClientSecret,
            ["Clients:acme:RedirectUri"] = OpenIddictServer.RedirectUri,
            ["Clients:acme:Scopes:0"] = OpenIddictServer.Api,
            ["Clients:acme:Scopes:1"] = "offline_access",
        });

        await ConnectAsync("company-1");
        await ConnectAsync("company-2");
        _time.Advance(TimeSpan.FromHours(1));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Unspent_refresh_token_is_active_and_a_spent_one_is_not()
    {
        string first = await RefreshTokenOfAsync("company-1");
        Assert.True(await _server.IsActiveAsync(first));

        await GetTokenAsync("company-1");

        string second = await RefreshTokenOfAsync("company-1");
        Assert.NotEqual(first, second);
        Assert.True(await _server.IsActiveAsync(second));
        Assert.False(await _server.IsActiveAsync(first));
    }

    // docs/renewal.md: such a server takes the question about a spent token for a replay, and ends this connection. The others live.
    [Fact]
    public async Task Question_about_a_spent_token_revokes_its_successor_and_no_other_connection()
    {
        string spent = await RefreshTokenOfAsync("company-1");
        await GetTokenAsync("company-1");

        Assert.False(await _server.IsActiveAsync(spent));

        Assert.False(await _server.IsActiveAsync(await RefreshTokenOfAsync("company-1")));
        Assert.True(await _server.IsActiveAsync(await RefreshTokenOfAsync("company-2")));
    }

    [Fact]
    public async Task Renewal_whose_request_was_lost_is_saved()
    {
        int before = _server.TokenRequests;
        _server.LoseNextRequest();

        Task<AccessToken> call = GetTokenAsync("company-1");
        await PassAsync(EarlierSendIsProcessed);
        await call;

        Assert.Equal(2, _server.TokenRequests - before);
        await GetTokenAsync("company-2");
    }

    [Fact]
    public async Task Renewal_whose_reply_was_lost_ends_its_connection_and_no_other()
    {
        int before = _server.TokenRequests;
        _server.LoseNextReply();

        Task<AccessToken> call = GetTokenAsync("company-1");
        await PassAsync(EarlierSendIsProcessed);

        ReauthorizationRequiredException error = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
        Assert.Contains("answered that the token is not active", error.Reason, StringComparison.Ordinal);
        Assert.Equal(1, _server.TokenRequests - before);
        await GetTokenAsync("company-2");
    }

    private async Task ConnectAsync(string connection)
    {
        AuthorizationRequest start = Connections.Begin("acme", connection);
        Uri callback = await _server.ConsentAsync(start.Url);
        await Connections.CompleteAsync(start, AuthorizationResponse.FromUri(callback), TestContext.Current.CancellationToken);
    }

    private Task<AccessToken> GetTokenAsync(string connection) => _services.GetRequiredService<ITokenSource>()
        .GetTokenAsync(TokenKey.ForConnection("acme", connection), TestContext.Current.CancellationToken)
        .Soon($"a token of {connection}");

    private async Task<string> RefreshTokenOfAsync(string connection) =>
        (await _cache.GetAsync(TokenKey.ForConnection("acme", connection), TestContext.Current.CancellationToken))!.Tokens.RefreshToken!;

    // Waits until a timer of this length is set, and advances the clock by it.
    private async Task PassAsync(TimeSpan pause)
    {
        await Eventually.TrueAsync(
            () => _time.PendingTimers.Any(timer => timer <= pause && timer > pause - TimeSpan.FromSeconds(1)),
            $"a pause of {pause.TotalSeconds:0} s");
        _time.Advance(pause);
    }
}
