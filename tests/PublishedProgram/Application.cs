using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Visma.Connect.Sdk.Testing;

namespace Visma.Connect.Sdk.Published;

/// <summary>A web application with everything that keeps its state in a folder: the tokens in SQLite, the keys as XML.</summary>
internal static class Application
{
    public const string WebhookSecret = "wh-s3cret";

    public static async Task<WebApplication> StartAsync(FakeVisma visma, FakeClient client, DirectoryInfo folder)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Configuration.AddInMemoryCollection(Settings(client));
        builder.Services.AddDataProtection().PersistKeysToFileSystem(folder).SetApplicationName("acme");
        builder.Services.AddAuthorization();
        builder.Services.AddVismaConnect(builder.Configuration.GetSection("VismaConnect"))
            .AddSqliteTokenCache(Path.Combine(folder.FullName, "tokens.db"))
            .ProtectTokensWithDataProtection()
            .AddHealthCheck();
        builder.Services.AddVismaConnect(visma.Configure);
        builder.Services.AddVismaProblemDetails().AddHttpClient("nxt").AddVismaToken(VismaApi.BusinessNxt, client: "nxt").AddVismaResilience()
            .UseTokenOf(context => TokenKey.ForConnection("nxt", (string)context.GetRouteValue("customer")!));

        WebApplication app = builder.Build();
        app.UseExceptionHandler();
        app.MapVismaConnect(options => options.AuthorizeConnection = _ => new(true));
        app.MapHealthChecks("/health");
        app.MapVismaWebhook("/hooks", (received, _) =>
        {
            Console.WriteLine($"Webhook    {(received.TryGetTableChange(out TableChange? change) ? change.TableIdentifier : "not a change of a table")}");
            return Task.CompletedTask;
        });
        app.MapGet("/companies/{customer}", AnswerCompaniesAsync);
        await app.StartAsync();
        return app;
    }

    private static async Task AnswerCompaniesAsync(HttpContext context)
    {
        HttpClient http = context.RequestServices.GetRequiredService<IHttpClientFactory>().CreateClient("nxt");
        using StringContent query = new("""{"query":"{ availableCompanies { items { name } } }"}""", null, "application/json");
        using HttpResponseMessage reply = await http.PostAsync("", query, context.RequestAborted);
        await context.Response.WriteAsync(await reply.Content.ReadAsStringAsync(context.RequestAborted));
    }

    private static Dictionary<string, string?> Settings(FakeClient client) => client.Scopes
        .Select((scope, index) => KeyValuePair.Create($"VismaConnect:Clients:nxt:Scopes:{index}", (string?)scope))
        .Append(new("VismaConnect:Clients:nxt:ClientId", client.ClientId))
        .Append(new("VismaConnect:Clients:nxt:ClientSecret", client.Secret))
        .Append(new("VismaConnect:Clients:nxt:GracePeriod", "00:01:00"))
        .Append(new("VismaConnect:Webhooks:Secrets:0", WebhookSecret))
        .ToDictionary();
}
