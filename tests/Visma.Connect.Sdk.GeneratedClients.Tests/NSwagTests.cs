using Visma.Connect.Sdk.GeneratedClients.NSwag;

namespace Visma.Connect.Sdk.GeneratedClients;

/// <summary>A client that NSwag has generated from an OpenAPI document.</summary>
public class NSwagTests
{
    [Fact]
    public async Task Client_is_bound_to_a_company()
    {
        await using Erp erp = await StartAsync();

        Assert.Contains(await erp.Bound<CustomersClient>(erp.Acme).GetCustomersAsync(Erp.Cancellation), customer => customer.Name == "Acme AS, customer 1");
        Assert.Contains(await erp.Bound<CustomersClient>(erp.Bond).GetCustomersAsync(Erp.Cancellation), customer => customer.Name == "Bond AS, customer 1");
    }

    [Fact]
    public async Task Body_of_a_bound_client_is_sent_again_after_a_rejected_token()
    {
        await using Erp erp = await StartAsync();

        await SendAfterRejectionAsync(erp, erp.Bound<CustomersClient>(erp.Acme));
    }

    [Fact]
    public async Task Each_request_can_name_its_company()
    {
        await using Erp erp = await StartAsync();
        CustomersClient customers = erp.Services.GetRequiredService<CustomersClient>();

        ICollection<Customer>[] lists = await Task.WhenAll(
            customers.ForTenant(erp.Acme).GetCustomersAsync(Erp.Cancellation),
            customers.ForTenant(erp.Bond).GetCustomersAsync(Erp.Cancellation));

        Assert.Contains(lists[0], customer => customer.Name == "Acme AS, customer 1");
        Assert.Contains(lists[1], customer => customer.Name == "Bond AS, customer 1");
    }

    [Fact]
    public async Task Body_of_a_request_that_names_its_company_is_sent_again_after_a_rejected_token()
    {
        await using Erp erp = await StartAsync();

        await SendAfterRejectionAsync(erp, erp.Services.GetRequiredService<CustomersClient>().ForTenant(erp.Acme));
    }

    private static Task<Erp> StartAsync() =>
        Erp.StartAsync(services => services.AddHttpClient<CustomersClient>().AddVismaToken(VismaApi.NetErp, client: "erp"));

    // The client throws ApiException for any status but 201.
    private static async Task SendAfterRejectionAsync(Erp erp, CustomersClient customers)
    {
        await customers.GetCustomersAsync(Erp.Cancellation);
        erp.RejectNextToken();

        await customers.CreateCustomerAsync(new CustomerInput { Name = "Cosine AS" }, Erp.Cancellation);

        Assert.Equal(2, erp.Posted().Length);
        Assert.Single(erp.Posted().Distinct());
        Assert.Contains("Cosine AS", erp.Posted()[1], StringComparison.Ordinal);
    }
}
