using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Visma.Connect.Sdk.AspNetCore.Tests.Documentation;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Infrastructure;

/// <summary>
/// The program of docs/sign-out.md, whose users sign in with ASP.NET Core's own handler. Its page <c>/companies</c> calls Business NXT with the token of the
/// user; <c>/session</c> is the id of the session at Visma.
/// </summary>
internal static class OpenIdConnectApp
{
    public static async Task<WebApplication> StartAsync(FakeVisma visma, FakeClient client)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        // Not the settings of a program that is beside the tests.
        foreach (JsonConfigurationSource file in builder.Configuration.Sources.OfType<JsonConfigurationSource>().ToArray())
        {
            builder.Configuration.Sources.Remove(file);
        }

        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["VismaConnect:Clients:web:ClientId"] = client.ClientId,
            ["VismaConnect:Clients:web:ClientSecret"] = client.Secret,
        });
        SignOutExamples.AddServices(builder);
        builder.Services.AddVismaConnect(visma.Configure);
        builder.Services.Configure<OpenIdConnectOptions>(OpenIdConnectDefaults.AuthenticationScheme, options =>
        {
            options.Authority = visma.Connect.Authority.Issuer;
            options.RequireHttpsMetadata = false;
        });
        builder.Services.AddSingleton(visma.BusinessNxt);
        WebApplication app = builder.Build();
        SignOutExamples.Map(app);
        app.MapGet("/companies", CompaniesAsync).RequireAuthorization();
        app.MapGet("/session", (HttpContext context) => context.User.FindFirst("sid")?.Value).RequireAuthorization();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static async Task<string> CompaniesAsync(HttpContext context, VismaApi api)
    {
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Post, api.BaseAddress);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await context.GetTokenAsync("access_token"));
        request.Content = new StringContent("""{"query":"{ availableCompanies { items { name } } }"}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.SendAsync(request, context.RequestAborted);
        return await response.Content.ReadAsStringAsync(context.RequestAborted);
    }
}
