namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>Asserts that the code keeps a rule of its design.</summary>
internal static class Rule
{
    /// <summary>
    /// Fails with the rule and the full list of its violations, of which <see cref="Assert"/> would show only the first five.
    /// </summary>
    public static void AssertKept(string rule, IEnumerable<string> violations)
    {
        List<string> found = [.. violations.Distinct().Order(StringComparer.Ordinal)];

        Assert.True(found.Count == 0, $"{rule} Violations:{Environment.NewLine}{string.Join(Environment.NewLine, found)}");
    }

    /// <inheritdoc cref="AssertKept(string, IEnumerable{string})"/>
    public static void AssertKept(string rule, IEnumerable<Type> violations) => AssertKept(rule, violations.Select(type => type.ToString()));
}
