using System.Net;
using Refit;

namespace Visma.Connect.Sdk.GeneratedClients;

public interface IErpApi
{
    [Get("/customer")]
    Task<string> GetCustomersAsync();

    [Post("/customer")]
    Task<HttpResponseMessage> CreateAsync([Body] NewCustomer customer);

    [Post("/customer")]
    Task<HttpResponseMessage> CreateBufferedAsync([Body(buffered: true)] NewCustomer customer);
}

public sealed record NewCustomer(string Name);

public class RefitTests
{
    [Fact]
    public async Task Interface_is_bound_to_a_company()
    {
        await using Erp erp = await StartAsync();

        Assert.Contains("Acme AS", await erp.Bound<IErpApi>(erp.Acme).GetCustomersAsync(), StringComparison.Ordinal);
        Assert.Contains("Bond AS", await erp.Bound<IErpApi>(erp.Bond).GetCustomersAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_that_is_written_while_it_is_sent_is_not_sent_again()
    {
        await using Erp erp = await StartAsync();
        IErpApi api = await WithRejectedTokenAsync(erp);

        using HttpResponseMessage rejected = await api.CreateAsync(new NewCustomer("Cosine AS"));

        Assert.Equal(HttpStatusCode.Unauthorized, rejected.StatusCode);
        Assert.Single(erp.Posted());
    }

    [Fact]
    public async Task Buffered_body_is_sent_again_after_a_rejected_token()
    {
        await using Erp erp = await StartAsync();
        IErpApi api = await WithRejectedTokenAsync(erp);

        using HttpResponseMessage created = await api.CreateBufferedAsync(new NewCustomer("Cosine AS"));

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(2, erp.Posted().Length);
        Assert.Single(erp.Posted().Distinct());
        Assert.Contains("Cosine AS", erp.Posted()[1], StringComparison.Ordinal);
    }

    private static Task<Erp> StartAsync() =>
        Erp.StartAsync(services => services.AddRefitGeneratedClient<IErpApi>().AddVismaToken(VismaApi.NetErp, client: "erp"));

    // A client that has called before, and whose next call gets 401.
    private static async Task<IErpApi> WithRejectedTokenAsync(Erp erp)
    {
        IErpApi api = erp.Bound<IErpApi>(erp.Acme);
        await api.GetCustomersAsync();
        erp.RejectNextToken();
        return api;
    }
}
