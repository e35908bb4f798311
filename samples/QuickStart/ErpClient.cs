using System.Text.Json;

namespace QuickStart;

/// <summary>An ordinary typed client: it contains no code for tokens or tenants.</summary>
internal sealed class ErpClient(HttpClient http)
{
    public async Task<int> CountCustomersAsync(CancellationToken cancellationToken)
    {
        byte[] customers = await http.GetByteArrayAsync("customer", cancellationToken);
        return JsonElement.Parse(customers).GetArrayLength();
    }
}
