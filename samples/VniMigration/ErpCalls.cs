using System.Text.Json;
using Visma.Connect.Sdk;

namespace VniMigration;

/// <summary>Calls Visma.net ERP by Visma Connect for customers that have moved, otherwise by VNI. No other class distinguishes the two.</summary>
internal sealed class ErpCalls(IHttpClientFactory http)
{
    public Task<int> CountCustomersAsync(Customer customer, CancellationToken cancellationToken) => customer.Tenant is not null
        ? CountByConnectAsync(customer.Tenant, cancellationToken)
        : CountByVniAsync(customer.VniCompany!, cancellationToken);

    public Task<int> CountByVniAsync(string company, CancellationToken cancellationToken) =>
        CountAsync("vni", new HttpRequestMessage(HttpMethod.Get, "customer").SetConnection("vni-user").SetVniCompany(company), cancellationToken);

    public Task<int> CountByConnectAsync(string tenant, CancellationToken cancellationToken) =>
        CountAsync("connect", new HttpRequestMessage(HttpMethod.Get, "customer").SetTenant(tenant), cancellationToken);

    private async Task<int> CountAsync(string client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await http.CreateClient(client).SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken)).GetArrayLength();
    }
}
