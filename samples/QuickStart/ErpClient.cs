using System.Net.Http.Json;
using System.Text.Json;

namespace QuickStart;

/// <summary>A typed client as one writes it anyway: it knows nothing of tokens and tenants.</summary>
internal sealed class ErpClient(HttpClient http)
{
    public async Task<int> CountCustomersAsync()
    {
        JsonElement customers = await http.GetFromJsonAsync<JsonElement>("customer");
        return customers.GetArrayLength();
    }
}
