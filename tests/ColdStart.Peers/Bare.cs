using System.Net.Http.Headers;

namespace Visma.Connect.Sdk.ColdStart.Peers;

/// <summary>The floor of the peers that bring an HTTP client of their own: an HttpClient and a constant header.</summary>
internal static class Bare
{
    public static readonly Uri Address = new("https://api.example/customer");

    public static async Task CallAsync()
    {
        using HttpClient http = new(new StubNetwork());
        using HttpRequestMessage request = new(HttpMethod.Get, Address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "token");
        using HttpResponseMessage response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }
}
