using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RichardSzalay.MockHttp;

namespace Visma.Connect.Sdk.Tests.Wire;

// Identity servers that are not Visma's work by settings alone.
public class OtherAuthorityTests
{
    private const string Token = """{"access_token":"t0ken","token_type":"Bearer","expires_in":3600}""";

    public static TheoryData<string, Func<OtherServer, Task>> EndpointsThatAreMissing => new()
    {
        { "AuthorizationEndpoint", app => app.Connections.BeginAsync("other", "a", cancellationToken: TestApp.Cancellation) },
        { "RevocationEndpoint", app => ClientOf(app).RevokeAsync("r3fresh", TestApp.Cancellation) },
        { "UserInfoEndpoint", app => ClientOf(app).GetUserInfoAsync("t0ken", cancellationToken: TestApp.Cancellation) },
        { "EndSessionEndpoint", app => Task.FromResult(ClientOf(app).CreateEndSessionUrl()) },
    };

    [Fact]
    public async Task Token_endpoint_with_a_path_is_all_that_service_tokens_need()
    {
        MockHttpMessageHandler server = new();
        server.Expect(HttpMethod.Post, "https://id.example/realms/acme/token")
            .WithExactFormData([new("grant_type", "client_credentials"), new("scope", "api openid offline_access")])
            .With(request => request.Headers.Authorization?.Scheme == "Basic")
            .Respond("application/json", Token);
        await using OtherServer app = await StartAsync(server, authority =>
        {
            authority.BaseAddress = null;
            authority.TokenEndpoint = new Uri("https://id.example/realms/acme/token");
        });

        Assert.Equal("t0ken", (await app.GetTokenAsync()).Value);
    }

    [Fact]
    public async Task Path_of_the_base_address_comes_before_the_paths_of_the_endpoints()
    {
        MockHttpMessageHandler server = new();
        server.Expect(HttpMethod.Post, "https://proxy.example/visma/connect/token").Respond("application/json", Token);
        await using OtherServer app = await StartAsync(
            server,
            authority => (authority.BasedOn, authority.BaseAddress) = ("VismaConnect", new Uri("https://proxy.example/visma/")),
            client => client.TenantUse = TenantUse.None);
        VismaConnectClient client = ClientOf(app);

        AuthorizationRequest request = client.CreateAuthorizationRequest();

        Assert.Equal("t0ken", (await app.GetTokenAsync()).Value);
        Assert.Equal("https://proxy.example/visma/connect/authorize", request.Url.GetLeftPart(UriPartial.Path));
        Assert.Equal("https://proxy.example/visma", request.Issuer);
        Assert.Equal("https://proxy.example/visma/connect/endsession", client.CreateEndSessionUrl().GetLeftPart(UriPartial.Path));
    }

    [Fact]
    public async Task Public_client_revokes_with_its_id_in_the_form()
    {
        await using OtherServer app = await OtherServer.StartAsync(client: client => (client.ClientSecret, client.IsPublicClient) = (null, true));
        app.Client.IsPublic = true;

        await ClientOf(app).RevokeAsync("r3fresh", TestApp.Cancellation);

        FakeRequest request = app.Server.RevocationEndpoint.Requests.Single();
        Assert.Null(request.Authorization);
        Assert.Equal("token=r3fresh&token_type_hint=refresh_token&client_id=acme", request.Body);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(ClientAuthenticationMethod.ClientSecretPost, false)]
    public async Task Authentication_at_the_revocation_endpoint_is_a_setting(ClientAuthenticationMethod? method, bool isBasic)
    {
        await using OtherServer app = await OtherServer.StartAsync(authority => authority.RevocationEndpointAuthentication = method);

        await ClientOf(app).RevokeAsync("r3fresh", TestApp.Cancellation);

        FakeRequest request = app.Server.RevocationEndpoint.Requests.Single();
        Assert.Equal(isBasic, request.Authorization?.StartsWith("Basic ", StringComparison.Ordinal) == true);
        Assert.Equal(!isBasic, request.Form.ContainsKey("client_secret"));
    }

    [Theory]
    [MemberData(nameof(EndpointsThatAreMissing))]
    public async Task Endpoint_that_is_missing_is_named_when_it_is_needed(string setting, Func<OtherServer, Task> needed)
    {
        await using OtherServer app = await OtherServer.StartAsync(authority =>
            (authority.Discover, authority.TokenEndpoint) = (false, new Uri("https://id.example/token")));

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => needed(app));

        Assert.Contains($"Authorities:Id:{setting} is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_ends_without_a_revocation_endpoint_too_and_the_caller_is_told()
    {
        await using OtherServer app = await OtherServer.StartAsync();
        app.Server.ChangeDiscovery = document => document.Remove("revocation_endpoint");
        AuthorizationRequest request = await app.Connections.BeginAsync("other", "a", cancellationToken: TestApp.Cancellation);
        await app.Connections.CompleteAsync(request, await app.SignInAsync(request), TestApp.Cancellation);

        Disconnection ended = await app.Connections.DisconnectAsync("other", "a", TestApp.Cancellation);

        Assert.True(ended.WasConnected);
        Assert.Contains("Authorities:Id:RevocationEndpoint is missing", ended.RevocationFailure!.Message, StringComparison.Ordinal);
        Assert.Null(await app.Connections.FindAsync("other", "a", TestApp.Cancellation));
    }

    [Fact]
    public async Task Authority_from_code_is_used_and_settings_of_its_name_change_it()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        FakeClient registered = visma.AddClient("acme", "api");
        ServiceCollection services = new();
        services.AddVismaConnect(options =>
        {
            VismaClientOptions other = registered.ToOptions();
            other.Authority = "id";
            options.Clients["other"] = other;
            options.Authorities["ID"] = new VismaAuthorityOptions { TokenEndpointAuthentication = ClientAuthenticationMethod.ClientSecretPost };
        });
        services.AddVismaConnect(options => options.AddAuthority(new VismaAuthority("Id", new Uri(visma.Address, "connect/token"))
        {
            TokenEndpointAuthentication = ClientAuthenticationMethod.ClientSecretBasic,
            GrantTypes = [GrantTypes.ClientCredentials],
        }));
        await using ServiceProvider provider = services.BuildServiceProvider();

        await provider.GetRequiredService<ITokenSource>().GetTokenAsync(TokenKey.ForClient("other"), TestApp.Cancellation).Soon();

        Assert.Equal(registered.Secret, visma.TokenEndpoint.Requests.Single().Form["client_secret"]);
    }

    [Theory]
    [InlineData("VismaConnect", null, false)]
    [InlineData("Stage", null, false)]
    [InlineData("Id", null, true)]
    [InlineData("Id", TenantUse.Optional, true)]
    [InlineData("VismaConnect", TenantUse.None, true)]
    public async Task Tenant_is_required_by_default_at_Vismas_servers_only(string authority, TenantUse? use, bool isTokenWithoutTenant)
    {
        await using OtherServer app = await OtherServer.StartAsync(
            client: client => (client.Authority, client.TenantUse) = (authority, use),
            builder: builder => builder.Services.AddVismaConnect(options =>
            {
                options.Authorities["Stage"] = new VismaAuthorityOptions { BaseAddress = options.Authorities["Id"].BaseAddress };
                options.Authorities["VismaConnect"] = new VismaAuthorityOptions { BaseAddress = options.Authorities["Id"].BaseAddress };
            }));

        InvalidOperationException? refusal = (InvalidOperationException?)await Record.ExceptionAsync(() => app.GetTokenAsync());

        Assert.Equal(isTokenWithoutTenant, refusal is null);
    }

    [Fact]
    public async Task Key_set_is_a_setting()
    {
        await using OtherServer app = await OtherServer.StartAsync(authority =>
        {
            Uri server = authority.BaseAddress!;
            authority.Discover = false;
            authority.AuthorizationEndpoint = new Uri(server, "connect/authorize");
            authority.TokenEndpoint = new Uri(server, "connect/token");
            authority.KeysEndpoint = new Uri(server, ".well-known/openid-configuration/jwks");
        });
        VismaConnectClient client = ClientOf(app);
        AuthorizationRequest request = client.CreateAuthorizationRequest();

        TokenResponse tokens = await client.ExchangeCodeAsync(request, await app.SignInAsync(request), TestApp.Cancellation);

        Assert.NotNull(tokens.IdToken);
        Assert.Empty(app.Server.DiscoveryEndpoint.Requests);
        Assert.Single(app.Server.KeysEndpoint.Requests);
    }

    private static VismaConnectClient ClientOf(OtherServer app) => app.Services.GetRequiredKeyedService<VismaConnectClient>("other");

    private static Task<OtherServer> StartAsync(
        MockHttpMessageHandler server,
        Action<VismaAuthorityOptions> authority,
        Action<VismaClientOptions>? client = null) =>
        OtherServer.StartAsync(
            settings =>
            {
                settings.Discover = false;
                authority(settings);
            },
            client,
            builder => builder.ConfigureTokenRequests(http => http.AssumePrimaryHandlerNeverRedirects().UsePrimaryHandler(server)));
}
