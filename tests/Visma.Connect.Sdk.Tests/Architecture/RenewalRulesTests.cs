using System.Reflection;
using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>docs/renewal-model/RULES.md names, for each rule of the renewal, the test that keeps it.</summary>
public partial class RenewalRulesTests
{
    [Fact]
    public void Every_test_that_the_rules_of_the_renewal_name_exists()
    {
        string rules = Repository.Read("docs/renewal-model/RULES.md");
        string[] tests = [.. typeof(RenewalRulesTests).Assembly.GetTypes().SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance)).Select(method => method.Name)];

        string[] named = [.. TestName().Matches(rules).Select(match => match.Groups[1].Value)];

        Assert.True(named.Length > 20);
        Assert.Empty(named.Except(tests, StringComparer.Ordinal));
    }

    [GeneratedRegex("`([A-Z][a-z]+(?:_[A-Za-z]+){3,})`")]
    private static partial Regex TestName();
}
