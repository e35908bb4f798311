using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Identity.Client;

namespace Visma.Connect.Sdk.ColdStart.Peers;

/// <summary>Microsoft.Identity.Client in a handler of IHttpClientFactory. Its floor is the console with a container.</summary>
internal static class MsalHandler
{
    public static async Task CallAsync()
    {
        using HttpClient tokenRequests = new(new StubNetwork());
        IConfidentialClientApplication application = ConfidentialClientApplicationBuilder.Create("00000000-0000-0000-0000-000000000001")
            .WithClientSecret("s")
            .WithAuthority("https://login.microsoftonline.com/6f1c3b1e-4c59-4f7e-9f37-0f4b35a1f7a0")
            .WithInstanceDiscovery(false)
            .WithLegacyCacheCompatibility(false)
            .WithHttpClientFactory(new StubFactory(tokenRequests))
            .Build();
        ServiceCollection services = new();
        services.AddHttpClient("api").ConfigurePrimaryHttpMessageHandler(() => new StubNetwork()).AddHttpMessageHandler(() => new TokenHandler(application));
        await using ServiceProvider provider = services.BuildServiceProvider();
        using HttpClient http = provider.GetRequiredService<IHttpClientFactory>().CreateClient("api");
        using HttpResponseMessage response = await http.GetAsync(Bare.Address);
        response.EnsureSuccessStatusCode();
    }

    private sealed class StubFactory(HttpClient http) : IMsalHttpClientFactory
    {
        public HttpClient GetHttpClient() => http;
    }

    private sealed class TokenHandler(IConfidentialClientApplication application) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            AuthenticationResult token = await application.AcquireTokenForClient(["vismanet_erp_service_api:read"]).ExecuteAsync(cancellationToken);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.AccessToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
