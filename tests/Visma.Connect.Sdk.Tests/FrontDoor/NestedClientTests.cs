using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

/// <summary>Bound clients that contain other clients, and clients that are keyed services. From field B3 and B5.</summary>
public class NestedClientTests
{
    [Fact]
    public async Task Typed_client_inside_a_bound_one_is_bound_too()
    {
        await using TestApp app = await StartAsync(services =>
        {
            services.AddHttpClient<Inner>().AddVismaToken(VismaApi.NetErp, "erp");
            services.AddHttpClient<Outer>().AddVismaToken(VismaApi.NetErp, "erp");
        });

        Outer outer = ClientsOf<Outer>(app).ForTenant(app.AddCompany("Acme AS").TenantId);

        Assert.Contains("Acme AS", await CustomersAsync(outer.Http), StringComparison.Ordinal);
        Assert.Contains("Acme AS", await CustomersAsync(outer.Inner.Http), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Typed_client_deep_inside_a_bound_one_is_bound_too()
    {
        await using TestApp app = await StartAsync(services =>
        {
            services.AddHttpClient<Inner>().AddVismaToken(VismaApi.NetErp, "erp");
            services.AddTransient<Middle>();
            services.AddTransient<Top>();
        });

        Top top = ClientsOf<Top>(app).ForTenant(app.AddCompany("Acme AS").TenantId);

        Assert.Contains("Acme AS", await CustomersAsync(top.Middle.Inner.Http), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Class_inside_a_bound_one_that_takes_the_factory_is_bound_too()
    {
        await using TestApp app = await StartAsync(services =>
        {
            services.AddTransient<TakesFactory>();
            services.AddHttpClient<OverFactory>().AddVismaToken(VismaApi.NetErp, "erp");
        });

        OverFactory outer = ClientsOf<OverFactory>(app).ForTenant(app.AddCompany("Acme AS").TenantId);

        Assert.Contains("Acme AS", await CustomersAsync(outer.Inner.Erp), StringComparison.Ordinal);
    }

    // Its client is created after the bound one, and would carry the default token.
    [Fact]
    public async Task Class_inside_a_bound_one_that_takes_the_service_provider_is_bound_too()
    {
        await using TestApp app = await StartAsync(services =>
        {
            services.AddHttpClient<Inner>().AddVismaToken(VismaApi.NetErp, "erp");
            services.AddTransient<TakesProvider>();
            services.AddHttpClient<OverProvider>().AddVismaToken(VismaApi.NetErp, "erp");
        });

        OverProvider outer = ClientsOf<OverProvider>(app).ForTenant(app.AddCompany("Acme AS").TenantId);

        Assert.Contains("Acme AS", await CustomersAsync(outer.Inner.Erp), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unbound_client_of_the_same_type_stays_unbound()
    {
        await using TestApp app = await StartAsync(services =>
        {
            services.AddHttpClient<Inner>().AddVismaToken(VismaApi.NetErp, "erp");
            services.AddHttpClient<Outer>().AddVismaToken(VismaApi.NetErp, "erp");
        });
        ClientsOf<Outer>(app).ForTenant(app.AddCompany("Acme AS").TenantId);

        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => CustomersAsync(app.Services.GetRequiredService<Inner>().Http));

        // The token of the default tenant.
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.DoesNotContain("tenant_id", app.TokenEndpoint.Requests[^1].Form.Keys);
    }

    [Fact]
    public async Task Clients_that_come_as_a_sequence_cannot_be_bound_and_that_is_said()
    {
        await using TestApp app = await StartAsync(services =>
        {
            services.AddHttpClient<Inner>().AddVismaToken(VismaApi.NetErp, "erp");
            services.AddHttpClient<OverSequence>().AddVismaToken(VismaApi.NetErp, "erp");
        });

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => ClientsOf<OverSequence>(app).ForTenant("a1b2"));

        Assert.Contains("IEnumerable", error.Message, StringComparison.Ordinal);
        Assert.Contains("VismaClientFactory", error.Message, StringComparison.Ordinal);
    }

    // As a decorator of Scrutor 5 is registered: what it decorates becomes a keyed service.
    [Fact]
    public async Task Decorated_typed_client_can_be_bound()
    {
        await using TestApp app = await StartAsync(services =>
        {
            services.AddHttpClient<IErp, Erp>().AddVismaToken(VismaApi.NetErp, "erp");
            ServiceDescriptor decorated = services.Last(service => service.ServiceType == typeof(IErp));
            services.Remove(decorated);
            services.Add(new ServiceDescriptor(typeof(IErp), "IErp+Decorated", (provider, _) => decorated.ImplementationFactory!(provider), decorated.Lifetime));
            services.Add(new ServiceDescriptor(
                typeof(IErp),
                provider => ActivatorUtilities.CreateInstance<Decorator>(provider, provider.GetRequiredKeyedService<IErp>("IErp+Decorated")),
                decorated.Lifetime));
        });

        IErp erp = ClientsOf<IErp>(app).ForTenant(app.AddCompany("Acme AS").TenantId);

        Assert.IsType<Decorator>(erp);
        Assert.Contains("Acme AS", await CustomersAsync(erp.Http), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ServiceLifetime.Scoped)]
    [InlineData(ServiceLifetime.Transient)]
    [InlineData(ServiceLifetime.Singleton)]
    public async Task Client_over_a_keyed_HttpClient_can_be_bound(ServiceLifetime lifetime)
    {
        await using TestApp app = await StartAsync(services =>
        {
            services.AddHttpClient("keyed").AddVismaToken(VismaApi.NetErp, "erp").AddAsKeyed(lifetime);
            services.AddTransient<OverKeyed>();
        });
        using IServiceScope scope = app.Services.CreateScope();
        VismaClientFactory<OverKeyed> clients = scope.ServiceProvider.GetRequiredService<VismaClientFactory<OverKeyed>>();

        string[] bodies = await Task.WhenAll(
            CustomersAsync(clients.ForTenant(app.AddCompany("Acme AS").TenantId).Http),
            CustomersAsync(clients.ForTenant(app.AddCompany("Bond AS").TenantId).Http));

        Assert.Contains("Acme AS", bodies[0], StringComparison.Ordinal);
        Assert.Contains("Bond AS", bodies[1], StringComparison.Ordinal);
    }

    // As Refit's AddKeyedRefitClient registers it.
    [Fact]
    public async Task Typed_client_that_is_a_keyed_service_is_bound_by_the_factory_of_the_same_key()
    {
        await using TestApp app = await StartAsync(services =>
        {
            services.AddHttpClient("one").AddVismaToken(VismaApi.NetErp, "erp");
            services.AddKeyedTransient<IErp>("mine", (provider, _) => new Erp(provider.GetRequiredService<IHttpClientFactory>().CreateClient("one")));
        });

        IErp erp = app.Services.GetRequiredKeyedService<VismaClientFactory<IErp>>("mine").ForTenant(app.AddCompany("Acme AS").TenantId);

        Assert.Contains("Acme AS", await CustomersAsync(erp.Http), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_key_the_advice_names_it()
    {
        await using TestApp app = await StartAsync(services =>
            services.AddKeyedTransient<IErp>("mine", (provider, _) => new Erp(provider.GetRequiredService<IHttpClientFactory>().CreateClient("erp"))));

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => ClientsOf<IErp>(app).ForTenant("a1b2"));
        InvalidOperationException otherKey = Assert.Throws<InvalidOperationException>(
            () => app.Services.GetRequiredKeyedService<VismaClientFactory<IErp>>("yours").ForTenant("a1b2"));

        Assert.Contains("[FromKeyedServices", error.Message, StringComparison.Ordinal);
        Assert.Contains("'yours'", otherKey.Message, StringComparison.Ordinal);
        Assert.Contains("Inject its factory with the key of its registration", otherKey.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_key_that_the_registration_does_not_have_the_advice_is_to_omit_it()
    {
        await using TestApp app = await StartAsync(services => services.AddHttpClient<Inner>().AddVismaToken(VismaApi.NetErp, "erp"));

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => app.Services.GetRequiredKeyedService<VismaClientFactory<Inner>>("mine").ForTenant("a1b2"));

        Assert.Contains("Inject VismaClientFactory<Inner> without a key", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Class_over_a_shared_service_is_told_that_only_transient_services_are_bound()
    {
        await using TestApp app = await StartAsync(services =>
        {
            services.AddHttpClient<Inner>().AddVismaToken(VismaApi.NetErp, "erp");
            services.AddSingleton<Middle>();
            services.AddTransient<Top>();
        });

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => ClientsOf<Top>(app).ForTenant("a1b2"));

        Assert.Contains("transient", error.Message, StringComparison.Ordinal);
    }

    private static Task<TestApp> StartAsync(Action<IServiceCollection> services) =>
        TestApp.StartAsync(client => client.TenantUse = TenantUse.Optional, services);

    private static VismaClientFactory<T> ClientsOf<T>(TestApp app)
        where T : class => app.Services.GetRequiredService<VismaClientFactory<T>>();

    private static Task<string> CustomersAsync(HttpClient http) => http.GetStringAsync("customer", TestApp.Cancellation).Soon();

    private interface IErp
    {
        HttpClient Http { get; }
    }

    private sealed class Erp(HttpClient http) : IErp
    {
        public HttpClient Http => http;
    }

    private sealed class Decorator(IErp decorated) : IErp
    {
        public HttpClient Http => decorated.Http;
    }

    private sealed class Inner(HttpClient http)
    {
        public HttpClient Http => http;
    }

    private sealed class Outer(HttpClient http, Inner inner)
    {
        public HttpClient Http => http;

        public Inner Inner => inner;
    }

    private sealed class Middle(Inner inner)
    {
        public Inner Inner => inner;
    }

    private sealed class Top(Middle middle)
    {
        public Middle Middle => middle;
    }

    private sealed class TakesFactory(IHttpClientFactory factory)
    {
        public HttpClient Erp => factory.CreateClient("erp");
    }

    private sealed class OverFactory(HttpClient http, TakesFactory inner)
    {
        public HttpClient Http => http;

        public TakesFactory Inner => inner;
    }

    private sealed class TakesProvider(IServiceProvider services)
    {
        public HttpClient Erp => services.GetRequiredService<Inner>().Http;
    }

    private sealed class OverProvider(HttpClient http, TakesProvider inner)
    {
        public HttpClient Http => http;

        public TakesProvider Inner => inner;
    }

    private sealed class OverSequence(HttpClient http, IEnumerable<Inner> inner)
    {
        public HttpClient Http => http;

        public IEnumerable<Inner> Inner => inner;
    }

    private sealed class OverKeyed([FromKeyedServices("keyed")] HttpClient http)
    {
        public HttpClient Http => http;
    }
}
