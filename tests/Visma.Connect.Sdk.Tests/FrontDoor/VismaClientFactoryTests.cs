using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

public class VismaClientFactoryTests
{
    [Fact]
    public async Task Client_bound_to_a_company_carries_its_token_without_naming_it()
    {
        await using TestApp app = await TestApp.StartAsync(services: services =>
            services.AddHttpClient<ErpClient>().AddVismaToken(VismaApi.NetErp, "erp"));
        VismaClientFactory<ErpClient> clients = app.Services.GetRequiredService<VismaClientFactory<ErpClient>>();

        string[] bodies = await Task.WhenAll(
            clients.ForTenant(app.AddCompany("Acme AS").TenantId).GetCustomersAsync(),
            clients.ForTenant(app.AddCompany("Bond AS").TenantId).GetCustomersAsync());

        Assert.Contains("Acme AS", bodies[0], StringComparison.Ordinal);
        Assert.Contains("Bond AS", bodies[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_behind_an_interface_can_be_bound()
    {
        await using TestApp app = await TestApp.StartAsync(services: services =>
            services.AddHttpClient<IErpClient, ErpClient>().AddVismaToken(VismaApi.NetErp, "erp"));

        IErpClient erp = app.Services.GetRequiredService<VismaClientFactory<IErpClient>>().ForTenant(app.AddCompany("Acme AS").TenantId);

        Assert.Contains("Acme AS", await erp.GetCustomersAsync(), StringComparison.Ordinal);
    }

    // Refit and Kiota register a factory over an HttpClient with a name that they choose.
    [Fact]
    public async Task Generated_client_with_a_factory_and_a_name_of_its_own_can_be_bound()
    {
        await using TestApp app = await TestApp.StartAsync(services: services => services
            .AddHttpClient("Refit.Generated.IErpClient")
            .AddTypedClient<IErpClient>((http, _) => new ErpClient(http))
            .AddVismaToken(VismaApi.NetErp, "erp"));

        IErpClient erp = app.Services.GetRequiredService<VismaClientFactory<IErpClient>>().ForTenant(app.AddCompany("Acme AS").TenantId);

        Assert.Contains("Acme AS", await erp.GetCustomersAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_that_takes_the_factory_itself_can_be_bound()
    {
        await using TestApp app = await TestApp.StartAsync(services: services => services.AddTransient<FactoryClient>());

        FactoryClient erp = app.Services.GetRequiredService<VismaClientFactory<FactoryClient>>().ForTenant(app.AddCompany("Acme AS").TenantId);

        Assert.Contains("Acme AS", await erp.Erp.GetStringAsync("customer", TestApp.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bound_clients_share_the_pooled_handlers()
    {
        int primaries = 0;
        await using TestApp app = await TestApp.StartAsync(services: services => services
            .AddHttpClient<ErpClient>()
            .ConfigurePrimaryHttpMessageHandler(() =>
            {
                Interlocked.Increment(ref primaries);
                return new SocketsHttpHandler();
            })
            .AddVismaToken(VismaApi.NetErp, "erp"));
        VismaClientFactory<ErpClient> clients = app.Services.GetRequiredService<VismaClientFactory<ErpClient>>();

        for (int company = 0; company < 10; company++)
        {
            await clients.ForTenant(app.AddCompany().TenantId).GetCustomersAsync();
        }

        Assert.Equal(1, primaries);
    }

    [Fact]
    public async Task Settings_of_the_HttpClient_apply_to_a_bound_client()
    {
        await using TestApp app = await TestApp.StartAsync(services: services => services
            .AddHttpClient<ErpClient>(http => http.DefaultRequestHeaders.Add("X-Mine", "1"))
            .AddVismaToken(VismaApi.NetErp, "erp"));

        await app.Services.GetRequiredService<VismaClientFactory<ErpClient>>().ForTenant(app.AddCompany().TenantId).GetCustomersAsync();

        Assert.Equal("1", app.Visma.NetErpEndpoint.Requests.Single().Headers["X-Mine"]);
    }

    [Fact]
    public async Task Unbound_client_of_the_same_registration_stays_unbound()
    {
        await using TestApp app = await TestApp.StartAsync(services: services =>
            services.AddHttpClient<ErpClient>().AddVismaToken(VismaApi.NetErp, "erp"));
        app.Services.GetRequiredService<VismaClientFactory<ErpClient>>().ForTenant(app.AddCompany().TenantId);

        await Assert.ThrowsAsync<InvalidOperationException>(() => app.Services.GetRequiredService<ErpClient>().GetCustomersAsync());
    }

    [Fact]
    public async Task Request_of_a_bound_client_cannot_name_another_company()
    {
        await using TestApp app = await TestApp.StartAsync(services: services =>
            services.AddHttpClient<ErpClient>().AddVismaToken(VismaApi.NetErp, "erp"));
        ErpClient erp = app.Services.GetRequiredService<VismaClientFactory<ErpClient>>().ForTenant(app.AddCompany().TenantId);
        using HttpRequestMessage request = TestApp.Request(app.AddCompany());

        await Assert.ThrowsAsync<InvalidOperationException>(() => erp.Http.SendAsync(request, TestApp.Cancellation));

        Assert.Empty(app.Visma.NetErpEndpoint.Requests);
    }

    // For example a handler that names the tenant of the current web request.
    [Fact]
    public async Task Handler_cannot_name_another_company_on_the_request_of_a_bound_client()
    {
        await using TestApp app = await StartAsync(new NamingHandler(request => request.SetTenant("another")));
        FakeCompany acme = app.AddCompany("Acme AS");

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => app.Services.GetRequiredService<VismaClientFactory<ErpClient>>().ForTenant(acme.TenantId).GetCustomersAsync());

        Assert.StartsWith(
            $"This client is bound to tenant '{acme.TenantId}', and a handler names tenant 'another' on its request.",
            refused.Message,
            StringComparison.Ordinal);
        Assert.Empty(app.TokenEndpoint.Requests);
        Assert.Empty(app.Visma.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Handler_cannot_name_another_connection_on_the_request_of_a_bound_client()
    {
        await using TestApp app = await StartAsync(new NamingHandler(request => request.SetConnection("another")));

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => app.Services.GetRequiredService<VismaClientFactory<ErpClient>>().ForConnection("customer-42").GetCustomersAsync());

        Assert.Contains("connection 'customer-42'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("connection 'another'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handler_may_name_the_company_of_the_bound_client()
    {
        string tenantId = "";
        await using TestApp app = await StartAsync(new NamingHandler(request => request.SetTenant(tenantId).SetTenant(tenantId)));
        tenantId = app.AddCompany("Acme AS").TenantId;

        string body = await app.Services.GetRequiredService<VismaClientFactory<ErpClient>>().ForTenant(tenantId).GetCustomersAsync();

        Assert.Contains("Acme AS", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_that_is_not_registered_is_told()
    {
        await using TestApp app = await TestApp.StartAsync();

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => app.Services.GetRequiredService<VismaClientFactory<ErpClient>>().ForTenant("a1b2"));

        Assert.Contains("AddHttpClient<ErpClient>()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_whose_HttpClient_carries_no_tokens_is_told()
    {
        await using TestApp app = await TestApp.StartAsync(services: services => services.AddHttpClient<ErpClient>());

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => app.Services.GetRequiredService<VismaClientFactory<ErpClient>>().ForTenant("a1b2"));

        Assert.Contains("AddVismaToken", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resend_of_a_bound_client_keeps_its_company()
    {
        await using TestApp app = await TestApp.StartAsync(services: services => services
            .AddHttpClient<ErpClient>()
            .AddHttpMessageHandler(() => new RetryHandler())
            .AddVismaToken(VismaApi.NetErp, "erp"));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.BadGateway), times: 2);

        string body = await app.Services.GetRequiredService<VismaClientFactory<ErpClient>>().ForTenant(app.AddCompany("Acme AS").TenantId).GetCustomersAsync();

        Assert.Contains("Acme AS", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_with_a_keyed_service_can_be_bound()
    {
        await using TestApp app = await TestApp.StartAsync(services: services =>
        {
            services.AddKeyedSingleton("mine", "a keyed service");
            services.AddTransient<KeyedClient>();
        });

        KeyedClient erp = app.Services.GetRequiredService<VismaClientFactory<KeyedClient>>().ForTenant(app.AddCompany("Acme AS").TenantId);

        Assert.Contains("Acme AS", await erp.Erp.GetStringAsync("customer", TestApp.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public void Test_without_a_container_makes_its_own_clients()
    {
        using HttpClient http = new();
        VismaClientFactory<IErpClient> clients = new(_ => new ErpClient(http));

        Assert.IsType<ErpClient>(clients.ForTenant("a1b2"));
    }

    private static Task<TestApp> StartAsync(DelegatingHandler handler) => TestApp.StartAsync(services: services =>
        services.AddHttpClient<ErpClient>().AddHttpMessageHandler(() => handler).AddVismaToken(VismaApi.NetErp, "erp"));

    private sealed class NamingHandler(Action<HttpRequestMessage> name) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            name(request);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private interface IErpClient
    {
        Task<string> GetCustomersAsync();
    }

    private sealed class ErpClient(HttpClient http) : IErpClient
    {
        public HttpClient Http => http;

        public Task<string> GetCustomersAsync() => http.GetStringAsync("customer", TestApp.Cancellation);
    }

    private sealed class KeyedClient(IHttpClientFactory factory, [FromKeyedServices("mine")] string keyed)
    {
        public HttpClient Erp { get; } = keyed.Length > 0 ? factory.CreateClient("erp") : throw new InvalidOperationException();
    }

    private sealed class FactoryClient(IHttpClientFactory factory)
    {
        public HttpClient Erp => factory.CreateClient("erp");
    }
}
