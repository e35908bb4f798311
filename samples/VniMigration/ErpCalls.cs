using System.Net.Http.Json;
using System.Text.Json;
using Visma.Connect.Sdk;

namespace VniMigration;

/// <summary>Calls Visma.net ERP by Visma Connect for customers that have moved, otherwise by VNI. No other class distinguishes the two.</summary>
internal sealed class ErpCalls(IHttpClientFactory http)
{
    public Task<int> CountCustomersAsync(Customer customer) => customer.Tenant is not null ? CountByConnectAsync(customer.Tenant) : CountByVniAsync(customer.VniCompany!);

    public Task<int> CountByVniAsync(string company) =>
        CountAsync("vni", new HttpRequestMessage(HttpMethod.Get, "customer").SetConnection("vni-user").SetVniCompany(company));

    public Task<int> CountByConnectAsync(string tenant) =>
        CountAsync("connect", new HttpRequestMessage(HttpMethod.Get, "customer").SetTenant(tenant));

    private async Task<int> CountAsync(string client, HttpRequestMessage request)
    {
        using HttpResponseMessage response = await http.CreateClient(client).SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetArrayLength();
    }
}
