using System.Text.Json;
using Visma.Connect.Sdk;

namespace CompanyPortal;

/// <summary>A product of Visma: the client with which companies are connected, and a first call of its API that lists some names.</summary>
internal sealed record Product(
    string Client,
    string Title,
    VismaApi Api,
    string ListTitle,
    Func<HttpRequestMessage> ListRequest,
    Func<JsonElement, IEnumerable<string?>> Names)
{
    public static IReadOnlyList<Product> All { get; } =
    [
        new(
            "erp-user",
            "Visma.net ERP",
            VismaApi.NetErp,
            "Customers",
            () => new HttpRequestMessage(HttpMethod.Get, "customer"),
            customers => customers.EnumerateArray().Select(customer => customer.GetProperty("name").GetString())),
        new(
            "eaccounting",
            "eAccounting",
            VismaApi.EAccounting,
            "Customers",
            () => new HttpRequestMessage(HttpMethod.Get, "customers"),
            reply => reply.GetProperty("Data").EnumerateArray().Select(customer => customer.GetProperty("Name").GetString())),
        new(
            "dinero",
            "Dinero",
            VismaApi.Dinero,
            "Organisations",
            () => new HttpRequestMessage(HttpMethod.Get, "organizations"),
            organizations => organizations.EnumerateArray().Select(organization => organization.GetProperty("name").GetString())),
        new(
            "nxt",
            "Business NXT",
            VismaApi.BusinessNxt,
            "Companies",
            () => new HttpRequestMessage(HttpMethod.Post, "")
            {
                Content = new StringContent("""{"query":"{ availableCompanies { items { name } } }"}""", null, "application/json"),
            },
            reply => reply.GetProperty("data").GetProperty("availableCompanies").GetProperty("items").EnumerateArray()
                .Select(company => company.GetProperty("name").GetString())),
    ];

    /// <summary>The address at which a user connects or reconnects the company of a customer. The browser returns to the page of the product.</summary>
    public string ConnectAddress(string customer) =>
        $"/visma/connect/{Client}/{Uri.EscapeDataString(customer)}?returnUrl={Uri.EscapeDataString($"/connections/{Client}")}";
}
