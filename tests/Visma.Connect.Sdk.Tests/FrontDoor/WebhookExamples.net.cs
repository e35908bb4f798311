using Microsoft.AspNetCore.Routing;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

/// <summary>The code of the README about webhooks in ASP.NET Core, so that it compiles.</summary>
internal static class WebhookExamples
{
    public static void Map(IEndpointRouteBuilder app, TextWriter log)
    {
        app.MapVismaWebhook("/hooks/visma", async (WebhookEvent received, CancellationToken cancellation) =>
        {
            if (received.TryGetTableChange(out TableChange? change))
            {
                await log.WriteLineAsync($"{change.Event} in table {change.TableIdentifier} of company {change.CompanyNo}".AsMemory(), cancellation);
            }
        });
    }
}
