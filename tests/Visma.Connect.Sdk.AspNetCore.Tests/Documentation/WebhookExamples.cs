using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Documentation;

/// <summary>The code of docs/webhooks.md, so that it compiles.</summary>
internal static class WebhookExamples
{
    public static void Run(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        builder.Services.AddVismaConnect().AddSqliteTokenCache("data/visma-tokens.db");
        WebApplication app = builder.Build();
        app.MapVismaWebhook("/hooks/visma", async (WebhookEvent received, CancellationToken cancellation) =>
        {
            if (received.TryGetTableChange(out TableChange? change))
            {
                await Task.Delay(10, cancellation);
                Console.WriteLine($"{change.Event} in table {change.TableIdentifier} of company {change.CompanyNo}");
            }
        });
        app.Run();
    }

    public static void MapClass(WebApplicationBuilder builder, WebApplication app)
    {
        builder.Services.AddScoped<CustomerEvents>();
        app.MapVismaWebhook<CustomerEvents>("/hooks/visma");
    }
}

internal sealed class CustomerDatabase
{
    private readonly List<WebhookEvent> _stored = [];

    public Task StoreAsync(WebhookEvent received, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _stored.Add(received);
        return Task.CompletedTask;
    }
}

internal sealed class CustomerEvents(CustomerDatabase database) : IVismaWebhookHandler
{
    public Task HandleAsync(WebhookEvent received, CancellationToken cancellationToken) => database.StoreAsync(received, cancellationToken);
}
