using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Documentation;

public class LogTests
{
    [Theory]
    [InlineData("ConnectLog")]
    [InlineData("WebhookLog")]
    [InlineData("SignOutLog")]
    public void Operations_page_has_exactly_one_row_for_each_event(string log)
    {
        LoggerMessageAttribute[] events = [.. typeof(IVismaWebhookHandler).Assembly.GetType($"Visma.Connect.Sdk.{log}", throwOnError: true)!
            .GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()];
        string[] rows = Repository.Read("docs/operations.md").Split('\n');

        Assert.NotEmpty(events);
        Assert.All(events, each => Assert.Single(rows, row => row.StartsWith($"| {each.EventId} | {each.Level} | ", StringComparison.Ordinal)));
    }
}
