using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Visma.Connect.Sdk.Testing.TokenCache;

/// <summary>
/// Compares all public properties of two entries. It finds the properties by reflection, so it also compares those that are added later.
/// </summary>
internal static class EntryComparison
{
    /// <summary>
    /// The name of a property that differs, such as <c>Tokens.RefreshToken</c>, without its value. Null when all are equal.
    /// </summary>
    public static string? FindDifference(object? expected, object? actual, string name = "") => (expected, actual) switch
    {
        (null, null) => null,
        (null, _) or (_, null) => name,
        (string, _) => expected.Equals(actual) ? null : name,
        (Uri one, Uri other) => one.OriginalString == other.OriginalString ? null : name,
        (IEnumerable one, IEnumerable other) => FindDifference([.. one.Cast<object?>()], [.. other.Cast<object?>()], name),
        _ when PropertiesOf(expected) is { } properties => FindDifferenceIn(properties, expected, actual, name),
        _ => expected.Equals(actual) ? null : name,
    };

    private static string? FindDifference(object?[] expected, object?[] actual, string name) => expected.Length != actual.Length
        ? name + ".Count"
        : expected.Zip(actual)
            .Select((pair, index) => FindDifference(pair.First, pair.Second, string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]")))
            .FirstOrDefault(found => found is not null);

    private static string? FindDifferenceIn(PropertyInfo[] properties, object expected, object actual, string name) => properties
        .Select(property => FindDifference(
            property.GetValue(expected),
            property.GetValue(actual),
            name.Length == 0 ? property.Name : $"{name}.{property.Name}"))
        .FirstOrDefault(found => found is not null);

    // Types by their names, so that trimming keeps their properties. An object of another type is compared as a whole.
    private static PropertyInfo[]? PropertiesOf(object value) => value switch
    {
        TokenEntry => typeof(TokenEntry).GetProperties(),
        TokenSet => typeof(TokenSet).GetProperties(),
        AccessToken => typeof(AccessToken).GetProperties(),
        RenewalMark => typeof(RenewalMark).GetProperties(),
        _ => null,
    };
}
