using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

public class OperationsPageTests
{
    [Fact]
    public void Page_has_exactly_one_row_for_each_event_of_the_log()
    {
        MethodInfo[] events = [.. typeof(VismaConnectException).Assembly.GetType("Visma.Connect.Sdk.Log", throwOnError: true)!
            .GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(method => method.GetCustomAttribute<LoggerMessageAttribute>() is not null)];
        string[] rows = [.. Repository.Read("docs/operations.md").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && char.IsDigit(line[2]))];

        Assert.All(events, each => Assert.Single(rows, row => row.StartsWith(StartOf(each), StringComparison.Ordinal)));
        Assert.Equal(rows.Length, rows.Select(row => row.Split('|')[1]).Distinct().Count());
    }

    [Fact]
    public async Task Page_names_each_instrument()
    {
        await using TestApp app = await TestApp.StartAsync();
        using SignalCapture signals = new(app.Services);
        _ = app.Tokens;

        Assert.NotEmpty(signals.Instruments);
        string page = Repository.Read("docs/operations.md");
        Assert.All(signals.Instruments, instrument => Assert.Contains($"| `{instrument}` |", page, StringComparison.Ordinal));
    }

    private static string StartOf(MethodInfo method)
    {
        LoggerMessageAttribute about = method.GetCustomAttribute<LoggerMessageAttribute>()!;
        return $"| {about.EventId} | {about.Level} | ";
    }
}
