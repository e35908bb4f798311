using System.Reflection;
using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

public partial class ProtocolPageTests
{
    // The page may shorten a name with dots, and omits the class after its first mention.
    [Fact]
    public void Every_test_that_the_protocol_page_names_exists()
    {
        string[] tests = [.. typeof(ProtocolPageTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}")];
        string[] named = [.. TestName().Matches(Repository.Read("docs/protocol.md")).Select(match => match.Groups[1].Value)];

        Assert.True(named.Length > 20, "The page names hardly any test.");
        Assert.All(named, name => Assert.Contains(tests, test => Names(test, name)));
    }

    private static bool Names(string test, string name)
    {
        string start = name.TrimEnd('.').TrimEnd('_');
        return test.StartsWith(start, StringComparison.Ordinal) || test.Contains("." + start, StringComparison.Ordinal);
    }

    [GeneratedRegex("`((?:[A-Z]\\w*Tests(?:\\.\\w+)?|[A-Z][a-z0-9]*_\\w+)(?:\\.\\.\\.)?)`")]
    private static partial Regex TestName();
}
