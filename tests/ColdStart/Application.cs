using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.ColdStart;

/// <summary>An application with one HttpClient, over a stub of the network.</summary>
internal static class Application
{
    private const string HttpClientName = "api";

    public static void Add(IServiceCollection services, bool isLibrary)
    {
        IHttpClientBuilder http = services.AddHttpClient(HttpClientName).ConfigurePrimaryHttpMessageHandler(() => new StubNetwork());
        if (isLibrary)
        {
            AddLibrary(services, http);
        }
    }

    public static async Task CallAsync(IServiceProvider services, bool isLibrary)
    {
        using HttpClient http = services.GetRequiredService<IHttpClientFactory>().CreateClient(HttpClientName);
        using HttpRequestMessage request = new(HttpMethod.Get, "https://api.finance.visma.net/v1/customer");
        if (isLibrary)
        {
            NameTenant(request);
        }
        else
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "token");
        }

        using HttpResponseMessage response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    // In methods of their own, so that the floor does not load the library.
    private static void AddLibrary(IServiceCollection services, IHttpClientBuilder http)
    {
        VismaConnectBuilder visma = services.AddVismaConnect(options => options.Clients["erp"] = new VismaClientOptions
        {
            ClientId = "isv_acme",
            ClientSecret = "s",
            Scopes = { "vismanet_erp_service_api:read" },
            TenantUse = TenantUse.Required,
        }).ConfigureTokenRequests(requests => requests.ConfigurePrimaryHttpMessageHandler(() => new StubNetwork()));
        http.AddVismaToken(VismaApi.NetErp, "erp");
        if (Environment.GetCommandLineArgs().Contains("sqlite"))
        {
            AddSqlite(visma);
        }
    }

    // The file exists from the second start on.
    private static void AddSqlite(VismaConnectBuilder visma)
    {
        visma.Services.Configure<VismaConnectOptions>(options => options.TokenProtection.Keys["first"] = Convert.ToBase64String(new byte[32]));
        visma.AddSqliteTokenCache(Path.Combine(AppContext.BaseDirectory, "tokens.db"));
    }

    private static void NameTenant(HttpRequestMessage request) => request.SetTenant("a1b2");
}
