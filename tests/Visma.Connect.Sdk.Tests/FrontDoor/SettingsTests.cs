using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

public class SettingsTests
{
    private static readonly Dictionary<string, string?> Good = new()
    {
        ["VismaConnect:Clients:erp:Authority"] = "VismaConnect",
        ["VismaConnect:Clients:erp:ClientId"] = "isv_acme_service",
        ["VismaConnect:Clients:erp:ClientSecret"] = "top-secret",
        ["VismaConnect:Clients:erp:Scopes:0"] = "vismanet_erp_service_api:read",
    };

    [Fact]
    public async Task Unknown_dialect_is_an_error_of_the_settings()
    {
        await using TestApp app = await TestApp.StartAsync(services: services => services.PostConfigureApi("NetErp", api => api.RateLimits = (RateLimitDialect)17));

        OptionsValidationException wrong = Assert.Throws<OptionsValidationException>(() => app.Erp);

        Assert.Contains("Apis:NetErp:RateLimits is 17. Use 'RetryAfter', 'NetErp'", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_come_from_configuration()
    {
        VismaConnectOptions options = Options(new()
        {
            ["VismaConnect:Clients:erp:ClientSecrets:0"] = "next-secret",
            ["VismaConnect:Clients:erp:TenantUse"] = "Optional",
            ["VismaConnect:Clients:erp:RenewBeforeExpiry"] = "00:02:00",
            ["VismaConnect:Clients:erp:TokenEndpointAuthentication"] = "ClientSecretBasic",
            ["VismaConnect:MaxConcurrentTokenRequests"] = "8",
            ["VismaConnect:Authorities:Stage:BaseAddress"] = "https://connect.identity.stagaws.visma.com",
            ["VismaConnect:Apis:ErpStage:BaseAddress"] = "https://erp.stage.example/v1/",
            ["VismaConnect:Apis:ErpStage:Authority"] = "Stage",
            ["VismaConnect:Apis:ErpStage:Origins:0"] = "https://other.stage.example",
        });

        VismaClientOptions erp = options.Clients["ERP"];
        Assert.Equal("isv_acme_service", erp.ClientId);
        Assert.Equal("top-secret", erp.ClientSecret);
        Assert.Equal(["next-secret"], erp.ClientSecrets);
        Assert.Equal(["vismanet_erp_service_api:read"], erp.Scopes);
        Assert.Equal(TenantUse.Optional, erp.TenantUse);
        Assert.Equal(TimeSpan.FromMinutes(2), erp.RenewBeforeExpiry);
        Assert.Equal(ClientAuthenticationMethod.ClientSecretBasic, erp.TokenEndpointAuthentication);
        Assert.Equal(new Uri("https://erp.stage.example/v1/"), options.Apis["erpstage"].BaseAddress);
        Assert.Equal(8, options.MaxConcurrentTokenRequests);
    }

    [Fact]
    public void Defaults_are_those_of_the_documentation()
    {
        VismaClientOptions client = new();

        Assert.Equal("VismaConnect", client.Authority);
        Assert.Null(client.TenantUse);
        Assert.Equal(TimeSpan.FromMinutes(5), client.RenewBeforeExpiry);
        Assert.Equal(TimeSpan.FromMinutes(5), client.DefaultTokenLifetime);
        Assert.Equal(TimeSpan.FromSeconds(30), client.TokenRequestTimeout);
        Assert.Empty(client.Scopes);
        Assert.Equal(32, new VismaConnectOptions().MaxConcurrentTokenRequests);
    }

    public static TheoryData<string, string?, string> Faults => new()
    {
        { "Clients:erp:ClientId", null, "VismaConnect:Clients:erp:ClientId is missing" },
        { "Clients:erp:ClientId", " isv", "VismaConnect:Clients:erp:ClientId begins or ends with white space" },
        { "Clients:erp:ClientSecret", null, "VismaConnect:Clients:erp:ClientSecret is missing" },
        { "Clients:erp:ClientSecret", "top-secret\n", "begins or ends with white space" },
        { "Clients:erp:ClientSecrets:0", " ", "a secret that is empty" },
        { "Clients:erp:Scopes:0", "a b", "VismaConnect:Clients:erp:Scopes contains 'a b'" },
        { "Clients:erp:Authority", "Connect", "VismaConnect:Clients:erp:Authority is 'Connect', which is unknown. Use 'VismaConnect', 'EAccounting', 'Vni'" },
        { "Clients:erp:Authority", "", "VismaConnect:Clients:erp:Authority is ''" },
        { "Clients:erp:RenewBeforeExpiry", "-00:01:00", "VismaConnect:Clients:erp:RenewBeforeExpiry is not between zero and a day" },
        { "Clients:erp:DefaultTokenLifetime", "00:00:00", "VismaConnect:Clients:erp:DefaultTokenLifetime is not between zero and a day" },
        { "Clients:erp:TokenRequestTimeout", "00:00:00", "VismaConnect:Clients:erp:TokenRequestTimeout is not between" },
        { "Clients:erp:TokenRequestTimeout", "soon", "VismaConnect:Clients:erp:TokenRequestTimeout" },
        { "Clients:erp:TenantUse", "Sometimes", "VismaConnect:Clients:erp:TenantUse" },
        { "Clients:erp:DefaultTokenLifetime", "30", "Five minutes are 00:05:00" },
        { "Clients:erp:Secret", "misnamed", "VismaConnect:Clients:erp:Secret is not a setting. The settings are Authority, ClientId, ClientSecret" },
        { "Client:erp:ClientId", "misnamed", "VismaConnect:Client is not a setting. The settings are Clients, Authorities, Apis" },
        { "Apis:NetErp:Scopes:0", "misnamed", "VismaConnect:Apis:NetErp:Scopes is not a setting" },
        { "Authorities:Stage:Host", "misnamed", "VismaConnect:Authorities:Stage:Host is not a setting" },
        { "Clients:erp:Scopes", "a b", "VismaConnect:Clients:erp:Scopes must be a list" },
        { "Clients:erp:ClientSecrets", "another", "VismaConnect:Clients:erp:ClientSecrets must be a list" },
        { "Clients:erp:Authority:0", "Stage", "VismaConnect:Clients:erp:Authority must be one value" },
        { "Clients:erp:Scopes:0:a", "b", "VismaConnect:Clients:erp:Scopes:0 must be one value" },
        { "Apis:NetErp:BaseAddress:a", "https://erp.example/v1/", "VismaConnect:Apis:NetErp:BaseAddress must be one value" },
        { "Apis", "x", "VismaConnect:Apis must be a section" },
        { "Clients:erp2", "isv_acme", "VismaConnect:Clients:erp2 must be a section" },
        { "Apis:NetErp:BaseAddress", "https://erp.example/v1", "does not end with a slash" },
        { "Clients:erp:TenantUse", "7", "VismaConnect:Clients:erp:TenantUse is 7. Use Required, Optional or None" },
        { "Clients:erp:TokenEndpointAuthentication", "9", "VismaConnect:Clients:erp:TokenEndpointAuthentication is 9" },
        { "Authorities:Stage:AuthorizationEndpoint", "http://connect.example/authorize", "VismaConnect:Authorities:Stage:AuthorizationEndpoint is not" },
        { "Authorities:Stage:RevocationEndpoint", "http://connect.example/revoke", "VismaConnect:Authorities:Stage:RevocationEndpoint is not" },
        { "Authorities:Stage:UserInfoEndpoint", "http://connect.example/userinfo", "VismaConnect:Authorities:Stage:UserInfoEndpoint is not" },
        { "Authorities:Stage:EndSessionEndpoint", "http://connect.example/out", "VismaConnect:Authorities:Stage:EndSessionEndpoint is not" },
        { "Authorities:Stage:DiscoveryEndpoint", "http://connect.example/metadata", "VismaConnect:Authorities:Stage:DiscoveryEndpoint is not" },
        { "Authorities:Stage:KeysEndpoint", "http://connect.example/keys", "VismaConnect:Authorities:Stage:KeysEndpoint is not" },
        { "Authorities:Stage:RevocationEndpointAuthentication", "9", "VismaConnect:Authorities:Stage:RevocationEndpointAuthentication is 9" },
        { "Authorities:Stage:BasedOn", "OpenIdConnect", "VismaConnect:Authorities:Stage:TokenEndpoint is missing. Set it, or set Discover" },
        { "Authorities:Id:Discover", "true", "VismaConnect:Authorities:Id:Discover is true, but the server has no address" },
        { "Authorities:Id:Discover", "perhaps", "VismaConnect:Authorities:Id:Discover" },
        { "Authorities:Vni:Discover", "true", "VismaConnect:Authorities:Vni:Discover is true, but VNI has no discovery document" },
        { "Apis:NetErp:Origins:0", "https://api.example/v1/", "VismaConnect:Apis:NetErp:Origins contains an entry with a path" },
        { "Apis:NetErp:ServiceScopes:0", "a b", "VismaConnect:Apis:NetErp:ServiceScopes contains 'a b'" },
        { "Apis:Second:BasedOn", "Erp", "VismaConnect:Apis:Second:BasedOn is 'Erp', which is not a built-in API" },
        { "Authorities:Stage:BaseAddress", "http://connect.example", "VismaConnect:Authorities:Stage:BaseAddress is not an absolute https address" },
        { "Authorities:Stage:BaseAddress", "connect.example", "VismaConnect:Authorities:Stage:BaseAddress is not an absolute https address" },
        { "Authorities:Stage:TokenEndpoint", "http://connect.example/token", "VismaConnect:Authorities:Stage:TokenEndpoint is not" },
        { "Authorities:Stage:IntrospectionEndpoint", "http://connect.example/introspect", "VismaConnect:Authorities:Stage:IntrospectionEndpoint is not" },
        { "Authorities:Stage:IntrospectionEndpoint", "/connect/introspect", "VismaConnect:Authorities:Stage:IntrospectionEndpoint is not" },
        { "Authorities:Stage:BasedOn", "Connect", "VismaConnect:Authorities:Stage:BasedOn is 'Connect'" },
        { "Apis:Mine:ServiceScopes:0", "a", "VismaConnect:Apis:Mine:BaseAddress is missing" },
        { "Apis:Mine:BaseAddress", "http://api.example/", "VismaConnect:Apis:Mine:BaseAddress is not" },
        { "Apis:Mine:BaseAddress", "https://user@api.example/", "VismaConnect:Apis:Mine:BaseAddress is not" },
        { "Apis:NetErp:Origins:0", "http://api.example/", "VismaConnect:Apis:NetErp:Origins contains an entry that is not" },
        { "TokenProtection:Keys:2026", "top-secret", "VismaConnect:TokenProtection:Keys:2026 is not a key. A key is 32 random bytes in base64: openssl rand -base64 32" },
        { "TokenProtection:Keys:2026", "dG9wLXNlY3JldA==", "VismaConnect:TokenProtection:Keys:2026 is not a key" },
        { "TokenProtection:Keys:new key", "Zmlyc3Qga2V5LCBmb3IgdGVzdHMgb25seSwgMzIgYi4=", "VismaConnect:TokenProtection:Keys contains a name that is empty" },
        { "TokenProtection:CurrentKey", "2026", "VismaConnect:TokenProtection:CurrentKey is '2026', which is not in VismaConnect:TokenProtection:Keys" },
        { "TokenProtection", "top-secret", "VismaConnect:TokenProtection must be a section" },
        { "TokenProtection:Keys", "top-secret", "VismaConnect:TokenProtection:Keys must be a section" },
        { "TokenProtection:Keys:2026:Value", "top-secret", "VismaConnect:TokenProtection:Keys:2026 must be one value" },
        { "TokenProtection:Key", "top-secret", "VismaConnect:TokenProtection:Key is not a setting. The settings are Keys, CurrentKey" },
        { "MaxConcurrentTokenRequests", "0", "VismaConnect:MaxConcurrentTokenRequests is 0. Use a number from 1 to 1000" },
        { "MaxConcurrentTokenRequests", "1001", "VismaConnect:MaxConcurrentTokenRequests is 1001" },
        { "MaxConcurrentTokenRequests:a", "8", "VismaConnect:MaxConcurrentTokenRequests must be one value" },
        { "AllowUnprotectedTokens", "perhaps", "VismaConnect:AllowUnprotectedTokens" },
        { "TokenRequests", "off", "VismaConnect:TokenRequests must be a section" },
        { "TokenRequests:Retry", "3", "VismaConnect:TokenRequests:Retry is not a setting. The settings are Enabled, Retries" },
        { "TokenRequests:Retries:a", "3", "VismaConnect:TokenRequests:Retries must be one value" },
        { "TokenRequests:Retries", "11", "VismaConnect:TokenRequests:Retries is 11. Use a number from 0 to 10; 2 is the default" },
        { "TokenRequests:FirstDelay", "00:00:10", "VismaConnect:TokenRequests:FirstDelay is 00:00:10. Use a time of more than zero, and at most LongestDelay" },
        { "TokenRequests:LongestDelay", "00:02:00", "VismaConnect:TokenRequests:LongestDelay is 00:02:00. Use a time of more than zero, and at most one minute" },
        { "TokenRequests:CircuitMinimumRequests", "9", "VismaConnect:TokenRequests:CircuitMinimumRequests is 9. Use a number from 10 to 1000; 20 is the default" },
        { "TokenRequests:CircuitSampling", "00:02:00", "VismaConnect:TokenRequests:CircuitSampling is 00:02:00. Use a time from one second to one minute" },
        { "TokenRequests:CircuitBreak", "00:00:00", "VismaConnect:TokenRequests:CircuitBreak is 00:00:00. Use a time from one second to five minutes; 00:00:10 is the default" },
        { "Apis:NetErp:Authority", "Connect", "VismaConnect:Apis:NetErp:Authority is 'Connect', which is unknown" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Wrong_setting_is_named_with_the_remedy(string setting, string? value, string expected)
    {
        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => Options(new() { ["VismaConnect:" + setting] = value }));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("top-secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_keys_the_current_one_is_named()
    {
        const string Key = "Zmlyc3Qga2V5LCBmb3IgdGVzdHMgb25seSwgMzIgYi4=";
        Dictionary<string, string?> two = new() { ["VismaConnect:TokenProtection:Keys:old"] = Key, ["VismaConnect:TokenProtection:Keys:new"] = Key };

        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => Options(new(two)));

        Assert.Contains("VismaConnect:TokenProtection:CurrentKey is missing", error.Message, StringComparison.Ordinal);
        Assert.Equal("new", Options(new(two) { ["VismaConnect:TokenProtection:CurrentKey"] = "new" }).TokenProtection.CurrentKey);
    }

    [Fact]
    public void Every_fault_is_told_at_once()
    {
        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => Options(new()
        {
            ["VismaConnect:Clients:erp:ClientId"] = null,
            ["VismaConnect:Clients:erp:ClientSecret"] = null,
            ["VismaConnect:Clients:other:Authority"] = "nowhere",
        }));

        Assert.Equal(5, error.Failures.Count());
    }

    [Fact]
    public void Section_is_named_as_the_application_calls_it()
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Integrations:Visma:Clients:erp:ClientId"] = "x" })
            .Build();

        OptionsValidationException error = Assert.Throws<OptionsValidationException>(
            () => Build(services => services.AddVismaConnect(configuration.GetSection("Integrations:Visma"))));

        Assert.Contains("Integrations:Visma:Clients:erp:ClientSecret is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_does_not_start_with_wrong_settings()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddVismaConnect(options => options.Clients["erp"] = new VismaClientOptions());
        using IHost host = builder.Build();

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestApp.Cancellation));

        Assert.Contains("VismaConnect:Clients:erp:ClientId is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_does_not_start_when_an_HttpClient_names_a_client_that_is_not_there()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddVismaConnect(new ConfigurationBuilder().Build());
        builder.Services.AddHttpClient("erp").AddVismaToken(VismaApi.NetErp, "erp");
        using IHost host = builder.Build();

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestApp.Cancellation));

        Assert.Contains("VismaConnect:Clients has no such entry. It is empty. Call AddVismaConnect with the section", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Api_and_client_must_agree_on_the_authority()
    {
        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => Build(services =>
        {
            services.AddVismaConnect(options => options.Clients["erp"] = new VismaClientOptions { ClientId = "x", ClientSecret = "y" });
            services.AddHttpClient("ea").AddVismaToken(VismaApi.EAccounting, "erp");
        }));

        Assert.Contains("whose authority is 'VismaConnect', to API 'EAccounting', which accepts tokens of 'EAccounting'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Api_that_is_nowhere_is_told_with_those_that_exist()
    {
        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => Build(services =>
        {
            services.AddVismaConnect(options => options.Clients["erp"] = new VismaClientOptions { ClientId = "x", ClientSecret = "y" });
            services.AddHttpClient("erp").AddVismaToken("Viskan", "erp");
        }));

        Assert.Contains("API 'Viskan', which is neither built in nor in VismaConnect:Apis. Built in are 'NetErp'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Api_of_ones_own_must_be_https()
    {
        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => Build(services =>
        {
            services.AddVismaConnect(options => options.Clients["erp"] = new VismaClientOptions { ClientId = "x", ClientSecret = "y" });
            services.AddHttpClient("mine").AddVismaToken(new VismaApi("Mine", new Uri("http://api.example/")), "erp");
        }));

        Assert.Contains("VismaApi 'Mine':BaseAddress is not", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_of_several_calls_add_up()
    {
        VismaConnectOptions options = Build(services =>
        {
            services.AddVismaConnect(Configuration(Good).GetSection("VismaConnect"));
            services.AddVismaConnect(settings => settings.Clients["nxt"] = new VismaClientOptions { ClientId = "isv_nxt", ClientSecret = "y" });
            services.AddVismaConnect(settings => settings.Clients["erp"].Scopes.Add("another"));
        });

        Assert.Equal(["erp", "nxt"], options.Clients.Keys.Order());
        Assert.Equal(["vismanet_erp_service_api:read", "another"], options.Clients["erp"].Scopes);
    }

    [Fact]
    public async Task Secret_that_changes_in_configuration_counts_from_the_next_request_on()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        FakeClient client = visma.AddClient("isv_acme_service", "vismanet_erp_service_api:read");
        IConfigurationRoot configuration = Configuration(new(Good) { ["VismaConnect:Clients:erp:ClientSecret"] = client.Secret });
        ServiceCollection services = new();
        services.AddVismaConnect(configuration.GetSection("VismaConnect"));
        services.AddVismaConnect(visma.Configure);
        await using ServiceProvider provider = services.BuildServiceProvider();
        ITokenSource tokens = provider.GetRequiredService<ITokenSource>();
        await tokens.GetTokenAsync(TokenKey.ForTenant("erp", visma.AddCompany("A").Grant(client).TenantId), TestApp.Cancellation).Soon();

        client.RemoveSecret(client.Secret);
        configuration["VismaConnect:Clients:erp:ClientSecret"] = client.AddSecret();
        configuration.Reload();
        await tokens.GetTokenAsync(TokenKey.ForTenant("erp", visma.AddCompany("B").Grant(client).TenantId), TestApp.Cancellation).Soon();

        Assert.Equal(2, visma.TokenEndpoint.Requests.Count);
        Assert.Equal(client.Secret, visma.TokenEndpoint.Requests[1].Form["client_secret"]);
    }

    [Fact]
    public async Task Client_that_becomes_another_application_gets_new_tokens()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        FakeClient one = visma.AddClient("isv_one", "vismanet_erp_service_api:read");
        FakeClient two = visma.AddClient("isv_two", "vismanet_erp_service_api:read");
        one.AddSecret("shared-secret");
        two.AddSecret("shared-secret");
        TokenKey key = TokenKey.ForTenant("erp", visma.AddCompany("A").Grant(one).Grant(two).TenantId);
        IConfigurationRoot configuration = Configuration(new(Good)
        {
            ["VismaConnect:Clients:erp:ClientId"] = one.ClientId,
            ["VismaConnect:Clients:erp:ClientSecret"] = "shared-secret",
        });
        ServiceCollection services = new();
        services.AddVismaConnect(configuration.GetSection("VismaConnect"));
        services.AddVismaConnect(visma.Configure);
        await using ServiceProvider provider = services.BuildServiceProvider();
        ITokenSource tokens = provider.GetRequiredService<ITokenSource>();
        await tokens.GetTokenAsync(key, TestApp.Cancellation).Soon();

        configuration.Reload();
        await tokens.GetTokenAsync(key, TestApp.Cancellation).Soon();
        Assert.Single(visma.TokenEndpoint.Requests);
        configuration["VismaConnect:Clients:erp:ClientId"] = two.ClientId;
        configuration.Reload();
        await tokens.GetTokenAsync(key, TestApp.Cancellation).Soon();

        Assert.Equal(["isv_one", "isv_two"], visma.TokenEndpoint.Requests.Select(request => request.Form["client_id"]));
    }

    [Fact]
    public async Task Lookup_between_a_change_and_its_announcement_does_not_hide_it()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        FakeClient client = visma.AddClient("isv_acme_service", "vismanet_erp_service_api:read", "another");
        IConfigurationRoot configuration = Configuration(new(Good) { ["VismaConnect:Clients:erp:ClientSecret"] = client.Secret });
        ServiceCollection services = new();
        services.AddVismaConnect(configuration.GetSection("VismaConnect"));
        services.AddVismaConnect(visma.Configure);
        await using ServiceProvider provider = services.BuildServiceProvider();
        TokenKey key = TokenKey.ForTenant("erp", visma.AddCompany("A").Grant(client).TenantId);
        TokenKey other = TokenKey.ForTenant("erp", visma.AddCompany("B").Grant(client).TenantId);
        ITokenSource? tokens = null;
        // Registered before the library's callback. It requests a token of the same client as soon as the settings have changed.
        using IDisposable? early = provider.GetRequiredService<IOptionsMonitor<VismaConnectOptions>>()
            .OnChange(_ => tokens!.GetTokenAsync(other, TestApp.Cancellation).Soon().Wait(TestApp.Cancellation));
        tokens = provider.GetRequiredService<ITokenSource>();
        await tokens.GetTokenAsync(key, TestApp.Cancellation).Soon();

        configuration["VismaConnect:Clients:erp:Scopes:0"] = "another";
        configuration.Reload();
        AccessToken token = await tokens.GetTokenAsync(key, TestApp.Cancellation).Soon();

        Assert.Equal(["another"], token.Scopes);
    }

    [Fact]
    public async Task Settings_that_break_before_the_first_call_leave_those_of_the_start()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        FakeClient client = visma.AddClient("isv_acme_service", "vismanet_erp_service_api:read");
        IConfigurationRoot configuration = Configuration(new(Good) { ["VismaConnect:Clients:erp:ClientSecret"] = client.Secret });
        ServiceCollection services = new();
        services.AddVismaConnect(configuration.GetSection("VismaConnect"));
        services.AddVismaConnect(options => options.Clients["erp"].RenewBeforeExpiry = TimeSpan.FromMinutes(1));
        services.AddVismaConnect(visma.Configure);
        await using ServiceProvider provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();

        // A delegate of the application no longer finds its client.
        foreach (string setting in Good.Keys)
        {
            configuration[setting] = null;
        }

        configuration["VismaConnect:Clients:erp2:ClientId"] = "x";
        Assert.ThrowsAny<Exception>(configuration.Reload);

        Assert.NotNull(await provider.GetRequiredService<ITokenSource>()
            .GetTokenAsync(TokenKey.ForTenant("erp", visma.AddCompany("A").Grant(client).TenantId), TestApp.Cancellation));
    }

    [Fact]
    public void Missing_authority_in_code_is_told()
    {
        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => Build(services => services.AddVismaConnect(options =>
        {
            options.Clients["erp"] = new VismaClientOptions { ClientId = "x", ClientSecret = "y" };
            options.Authorities["VismaConnect"] = null!;
        })));

        Assert.Contains("VismaConnect:Authorities:VismaConnect is empty", error.Message, StringComparison.Ordinal);
    }

    // A mistake in a file must not cut off every customer.
    [Fact]
    public async Task Edit_that_breaks_the_settings_is_logged_and_the_last_good_ones_go_on()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        FakeClient client = visma.AddClient("isv_acme_service", "vismanet_erp_service_api:read");
        IConfigurationRoot configuration = Configuration(new(Good) { ["VismaConnect:Clients:erp:ClientSecret"] = client.Secret });
        LogCapture log = new();
        ServiceCollection services = new();
        services.AddLogging(logging => logging.AddProvider(log));
        services.AddVismaConnect(configuration.GetSection("VismaConnect"));
        services.AddVismaConnect(visma.Configure);
        services.AddHttpClient("erp").AddVismaToken(VismaApi.NetErp, "erp");
        await using ServiceProvider provider = services.BuildServiceProvider();
        ITokenSource tokens = provider.GetRequiredService<ITokenSource>();
        await tokens.GetTokenAsync(TokenKey.ForTenant("erp", visma.AddCompany("A").Grant(client).TenantId), TestApp.Cancellation).Soon();

        configuration["VismaConnect:Clients:erp:ClientId"] = "";
        Assert.ThrowsAny<Exception>(configuration.Reload);
        await tokens.GetTokenAsync(TokenKey.ForTenant("erp", visma.AddCompany("B").Grant(client).TenantId), TestApp.Cancellation).Soon();
        provider.GetRequiredService<IHttpClientFactory>().CreateClient("erp").Dispose();

        Assert.Equal(2, visma.TokenEndpoint.Requests.Count);
        Assert.Single(log.Lines, line => line.Contains("VismaConnect:Clients:erp:ClientId is missing", StringComparison.Ordinal));
    }

    [Fact]
    public void Second_environment_beside_the_first_is_like_it()
    {
        Dictionary<string, string?> settings = new(Good)
        {
            ["VismaConnect:Clients:erp:Authority"] = "Stage",
            ["VismaConnect:Clients:erp:Scopes:0"] = null,
            ["VismaConnect:Authorities:Stage:BaseAddress"] = "https://connect.identity.stagaws.visma.com",
            ["VismaConnect:Apis:ErpStage:BasedOn"] = "NetErp",
            ["VismaConnect:Apis:ErpStage:Authority"] = "Stage",
            ["VismaConnect:Apis:ErpStage:BaseAddress"] = "https://erp.stage.example/v1/",
        };
        ServiceCollection services = new();
        services.AddSingleton<IConfiguration>(Configuration(settings));
        services.AddVismaConnect();
        services.AddHttpClient("erp").AddVismaToken("ErpStage", "erp");
        using ServiceProvider provider = services.BuildServiceProvider();

        using HttpClient http = provider.GetRequiredService<IHttpClientFactory>().CreateClient("erp");

        Assert.Equal("https://erp.stage.example/v1/", http.BaseAddress!.AbsoluteUri);
    }

    [Fact]
    public void Section_that_is_registered_twice_is_read_once()
    {
        VismaConnectOptions options = Build(services =>
        {
            IConfigurationRoot configuration = Configuration(Good);
            services.AddSingleton<IConfiguration>(configuration);
            services.AddVismaConnect(configuration.GetSection("VismaConnect"));
            services.AddVismaConnect();
        });

        Assert.Equal(options.Clients["erp"].Scopes.Distinct(), options.Clients["erp"].Scopes);
    }

    [Fact]
    public void Builder_needs_no_configuration()
    {
        VismaConnectOptions options = Build(services =>
        {
            services.AddVismaConnect(options => options.Clients["code"] = new VismaClientOptions { ClientId = "a", ClientSecret = "b" });
            services.AddVismaConnect();
        });

        Assert.Equal("a", options.Clients["code"].ClientId);
    }

    [Theory]
    [InlineData("RefreshTokens", "ReUse", "VismaConnect:Clients:erp:GracePeriod is set, and RefreshTokens is ReUse")]
    [InlineData("RefreshTokens", "7", "VismaConnect:Clients:erp:RefreshTokens is 7. Use OneTime or ReUse")]
    [InlineData("RefreshTokenReplay", "7", "VismaConnect:Clients:erp:RefreshTokenReplay is 7. Use WhenNoOtherConnection, Never or Always")]
    public void Wrong_kind_of_refresh_tokens_is_an_error(string setting, string value, string message)
    {
        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => Options(new()
        {
            ["VismaConnect:Clients:erp:GracePeriod"] = "00:01:00",
            [$"VismaConnect:Clients:erp:{setting}"] = value,
        }));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_do_not_show_their_secrets()
    {
        VismaClientOptions client = new() { ClientSecret = "top-secret" };

        Assert.DoesNotContain("top-secret", client.ToString(), StringComparison.Ordinal);
    }

    private static VismaConnectOptions Options(Dictionary<string, string?> changes)
    {
        Dictionary<string, string?> settings = new(Good);
        foreach ((string name, string? value) in changes)
        {
            settings[name] = value;
        }

        return Build(services => services.AddVismaConnect(Configuration(settings).GetSection("VismaConnect")));
    }

    private static IConfigurationRoot Configuration(Dictionary<string, string?> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Where(setting => setting.Value is not null)).Build();

    private static VismaConnectOptions Build(Action<IServiceCollection> add)
    {
        ServiceCollection services = new();
        add(services);
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<VismaConnectOptions>>().CurrentValue;
    }
}
