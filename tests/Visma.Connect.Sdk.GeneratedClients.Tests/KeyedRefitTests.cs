using System.Net;
using Refit;

namespace Visma.Connect.Sdk.GeneratedClients;

/// <summary>A Refit interface that is registered with keys, and one whose calls name their company.</summary>
public class KeyedRefitTests
{
    public sealed class CustomerList([FromKeyedServices("erp")] VismaClientFactory<IErpApi> clients)
    {
        public Task<string> ReadAsync(string tenantId) => clients.ForTenant(tenantId).GetCustomersAsync();
    }

    public sealed class CustomerReport([FromKeyedServices("erp")] IErpApi api)
    {
        public Task<string> ReadAsync() => api.GetCustomersAsync();
    }

    public interface ICallApi
    {
        [Get("/customer")]
        Task<string> GetCustomersAsync([Property("tenant")] string tenantId);

        [Post("/customer")]
        Task<HttpResponseMessage> CreateAsync([Property("tenant")] string tenantId, [Body(buffered: true)] NewCustomer customer);
    }

    public sealed class TenantOfCall : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Options.TryGetValue(new HttpRequestOptionsKey<string>("tenant"), out string? tenantId))
            {
                request.SetTenant(tenantId);
            }

            return base.SendAsync(request, cancellationToken);
        }
    }

    [Fact]
    public async Task Keyed_interface_is_bound_to_a_company()
    {
        await using Erp erp = await StartAsync();
        CustomerList list = erp.Services.GetRequiredService<CustomerList>();

        Assert.Contains("Acme AS", await list.ReadAsync(erp.Acme), StringComparison.Ordinal);
        Assert.Contains("Bond AS", await list.ReadAsync(erp.Bond), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keyed_interface_inside_a_bound_class_is_bound_too()
    {
        await using Erp erp = await StartAsync();

        Assert.Contains("Acme AS", await erp.Bound<CustomerReport>(erp.Acme).ReadAsync(), StringComparison.Ordinal);
        Assert.Contains("Bond AS", await erp.Bound<CustomerReport>(erp.Bond).ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_key_carries_the_tokens_of_its_own_client()
    {
        await using Erp erp = await StartAsync();

        using HttpResponseMessage created = await Bound(erp, "erp").CreateBufferedAsync(new NewCustomer("Cosine AS"));
        using HttpResponseMessage refused = await Bound(erp, "reader").CreateBufferedAsync(new NewCustomer("Double AS"));

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        // The scopes of this client are for reading.
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(["isv_acme_service", "isv_acme_reader"], erp.Visma.TokenEndpoint.Requests.Select(request => request.Form["client_id"]));
    }

    [Fact]
    public async Task Body_of_a_keyed_interface_is_sent_again_after_a_rejected_token()
    {
        await using Erp erp = await StartAsync();
        IErpApi api = Bound(erp, "erp");
        await api.GetCustomersAsync();
        erp.RejectNextToken();

        using HttpResponseMessage created = await api.CreateBufferedAsync(new NewCustomer("Cosine AS"));

        AssertSentTwice(erp, created);
    }

    [Fact]
    public async Task Each_call_can_name_its_company()
    {
        await using Erp erp = await StartAsync();
        ICallApi api = erp.Services.GetRequiredKeyedService<ICallApi>("erp");

        string[] lists = await Task.WhenAll(api.GetCustomersAsync(erp.Acme), api.GetCustomersAsync(erp.Bond));

        Assert.Contains("Acme AS", lists[0], StringComparison.Ordinal);
        Assert.Contains("Bond AS", lists[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_of_a_bound_interface_cannot_name_another_company()
    {
        await using Erp erp = await StartAsync();
        ICallApi acme = erp.Services.GetRequiredKeyedService<VismaClientFactory<ICallApi>>("erp").ForTenant(erp.Acme);

        Exception refused = await Assert.ThrowsAnyAsync<Exception>(() => acme.GetCustomersAsync(erp.Bond));

        Assert.StartsWith($"This client is bound to tenant '{erp.Acme}', and a handler names tenant '{erp.Bond}'", refused.Message, StringComparison.Ordinal);
        Assert.Empty(erp.Visma.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Body_of_a_call_that_names_its_company_is_sent_again_after_a_rejected_token()
    {
        await using Erp erp = await StartAsync();
        ICallApi api = erp.Services.GetRequiredKeyedService<ICallApi>("erp");
        await api.GetCustomersAsync(erp.Acme);
        erp.RejectNextToken();

        using HttpResponseMessage created = await api.CreateAsync(erp.Acme, new NewCustomer("Cosine AS"));

        AssertSentTwice(erp, created);
    }

    [Fact]
    public async Task Factory_without_the_key_is_told_to_be_injected_with_it()
    {
        await using Erp erp = await StartAsync();

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => erp.Bound<IErpApi>(erp.Acme));

        Assert.Equal(
            "The typed client IErpApi is a keyed service. Inject its factory with the same key: [FromKeyedServices(...)] VismaClientFactory<IErpApi>.",
            error.Message);
    }

    [Fact]
    public async Task Factory_with_another_key_is_told_to_be_injected_with_a_registered_one()
    {
        await using Erp erp = await StartAsync();

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Bound(erp, "writer"));

        Assert.Equal(
            "There is no typed client IErpApi with the key 'writer'. Inject its factory with the key of its registration, or register it with this key.",
            error.Message);
    }

    // The name of Refit's registration is the name of its HttpClient, and no key.
    [Fact]
    public async Task Factory_with_a_key_of_an_interface_without_one_is_told_to_be_injected_without_it()
    {
        await using Erp erp = await Erp.StartAsync(
            services => services.AddRefitGeneratedClient<IErpApi>((RefitSettings?)null, "erp").AddVismaToken(VismaApi.NetErp, client: "erp"));

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Bound(erp, "erp"));

        Assert.Equal(
            "The typed client IErpApi is registered without a key, and not with the key 'erp'. Inject VismaClientFactory<IErpApi> without a key.",
            error.Message);
    }

    [Fact]
    public async Task Of_two_names_of_one_interface_the_last_registration_is_bound()
    {
        await using Erp erp = await Erp.StartAsync(services =>
        {
            services.AddRefitGeneratedClient<IErpApi>((RefitSettings?)null, "erp").AddVismaToken(VismaApi.NetErp, client: "erp");
            services.AddRefitGeneratedClient<IErpApi>((RefitSettings?)null, "reader").AddVismaToken(VismaApi.NetErp, client: "reader");
        });

        await erp.Bound<IErpApi>(erp.Acme).GetCustomersAsync();

        Assert.Equal("isv_acme_reader", Assert.Single(erp.Visma.TokenEndpoint.Requests).Form["client_id"]);
    }

    private static Task<Erp> StartAsync() => Erp.StartAsync(services =>
    {
        services.AddKeyedRefitGeneratedClient<IErpApi>("erp").AddVismaToken(VismaApi.NetErp, client: "erp");
        services.AddKeyedRefitGeneratedClient<IErpApi>("reader").AddVismaToken(VismaApi.NetErp, client: "reader");
        services.AddKeyedRefitGeneratedClient<ICallApi>("erp").AddVismaToken(VismaApi.NetErp, client: "erp").AddHttpMessageHandler(() => new TenantOfCall());
        services.AddTransient<CustomerList>();
        services.AddTransient<CustomerReport>();
    });

    private static IErpApi Bound(Erp erp, string key) =>
        erp.Services.GetRequiredKeyedService<VismaClientFactory<IErpApi>>(key).ForTenant(erp.Acme);

    private static void AssertSentTwice(Erp erp, HttpResponseMessage created)
    {
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(2, erp.Posted().Length);
        Assert.Single(erp.Posted().Distinct());
        Assert.Contains("Cosine AS", erp.Posted()[1], StringComparison.Ordinal);
    }
}
