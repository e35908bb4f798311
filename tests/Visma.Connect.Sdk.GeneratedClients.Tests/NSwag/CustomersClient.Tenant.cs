namespace Visma.Connect.Sdk.GeneratedClients.NSwag;

// CustomersClient.cs is generated, and checked in so that the build needs no tool. In this folder:
//   dotnet tool install NSwag.ConsoleCore --version 14.7.1 --tool-path ../../../artifacts/tools
//   ../../../artifacts/tools/nswag openapi2csclient /Input:customers.openapi.json /Output:CustomersClient.cs /ClassName:CustomersClient \
//     /Namespace:Visma.Connect.Sdk.GeneratedClients.NSwag /JsonLibrary:SystemTextJson /UseBaseUrl:false
public partial class CustomersClient
{
    private string? _tenantId;

    public CustomersClient ForTenant(string tenantId) => new(_httpClient) { _tenantId = tenantId };

    partial void PrepareRequest(HttpClient client, HttpRequestMessage request, string url)
    {
        if (_tenantId is not null)
        {
            request.SetTenant(_tenantId);
        }
    }
}
