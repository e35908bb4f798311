using System.Text.Json;
using Visma.Connect.Sdk;

namespace ConnectCompany;

/// <summary>One call of each API, to show that its token works.</summary>
internal sealed record ApiExample(VismaApi Api, Func<HttpRequestMessage> Request, Func<JsonElement, string> Describe)
{
    public static ApiExample EAccounting { get; } = new(
        VismaApi.EAccounting,
        () => new HttpRequestMessage(HttpMethod.Get, "companysettings"),
        settings => settings.GetProperty("Name").GetString()!);

    public static ApiExample NetErp { get; } = new(
        VismaApi.NetErp,
        () => new HttpRequestMessage(HttpMethod.Get, "customer"),
        customers => $"{customers.GetArrayLength()} customers");

    public static ApiExample Dinero { get; } = new(
        VismaApi.Dinero,
        () => new HttpRequestMessage(HttpMethod.Get, "organizations"),
        organizations => string.Join(", ", organizations.EnumerateArray().Select(organization => organization.GetProperty("name").GetString())));

    public static ApiExample BusinessNxt { get; } = new(
        VismaApi.BusinessNxt,
        () => new HttpRequestMessage(HttpMethod.Post, "")
        {
            Content = new StringContent("""{"query":"{ availableCompanies { items { name vismaNetCompanyId } } }"}""", null, "application/json"),
        },
        reply => string.Join(", ", reply.GetProperty("data").GetProperty("availableCompanies").GetProperty("items").EnumerateArray().Select(company => company.GetProperty("name").GetString())));

    public static IReadOnlyList<ApiExample> All { get; } = [EAccounting, NetErp, Dinero, BusinessNxt];

    public static ApiExample? Find(string name) => All.FirstOrDefault(example => example.Api.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
