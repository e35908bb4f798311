namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>A rule of the code's design, with those that break it.</summary>
internal static class Rule
{
    /// <summary>Fails with the rule and everything that breaks it, in full, where <see cref="Assert"/> would show the first five.</summary>
    public static void AssertKept(string rule, IEnumerable<string> violations)
    {
        List<string> found = [.. violations.Distinct().Order(StringComparer.Ordinal)];

        Assert.True(found.Count == 0, $"{rule} Not so:{Environment.NewLine}{string.Join(Environment.NewLine, found)}");
    }

    /// <inheritdoc cref="AssertKept(string, IEnumerable{string})"/>
    public static void AssertKept(string rule, IEnumerable<Type> violations) => AssertKept(rule, violations.Select(type => type.ToString()));
}
