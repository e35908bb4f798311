using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Webhooks;

/// <summary>Endpoints that are mapped without their services, and what their options show.</summary>
public class WebhookMappingTests
{
    [Fact]
    public async Task Endpoint_without_its_services_says_what_to_add()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using WebApplication app = builder.Build();

        string webhook = Assert.Throws<InvalidOperationException>(() => app.MapVismaWebhook("/hook", (_, _) => Task.CompletedTask)).Message;
        string signOut = Assert.Throws<InvalidOperationException>(() => app.MapVismaSignOut()).Message;

        Assert.Contains("builder.Services.AddVismaConnect()", webhook, StringComparison.Ordinal);
        Assert.Contains("AddSignOut(", signOut, StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_of_an_endpoint_are_left_out_when_its_options_are_serialised()
    {
        string json = JsonSerializer.Serialize(new VismaWebhookEndpointOptions { Secrets = { "s3cret-and-long-enough" } });

        Assert.DoesNotContain("s3cret", json, StringComparison.Ordinal);
        Assert.Contains("MaxBodySize", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_property_that_is_called_a_secret_is_left_out()
    {
        PropertyInfo[] secrets = [.. typeof(VismaWebhookEndpointOptions).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetProperties())
            .Where(property => property.Name.Contains("Secret", StringComparison.Ordinal))];

        Assert.NotEmpty(secrets);
        Assert.All(secrets, property => Assert.NotNull(property.GetCustomAttribute<System.Text.Json.Serialization.JsonIgnoreAttribute>()));
    }
}
