using System.Reflection;
using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>Which types a type uses for a constant or a value of an enumeration alone.</summary>
/// <remarks>The compiler puts the value in its place, and nothing in the assembly tells where it came from; so the source is read.</remarks>
internal static class ConstantUses
{
    public static IEnumerable<TypeUse> Of(Type type, IEnumerable<Type> candidates)
    {
        string code = string.Join('\n', SourceTree.FilesOf(type).Select(file => file.Code));
        return candidates
            .Where(candidate => candidate != type && Constants(candidate).Any(constant => Regex.IsMatch(code, $@"\b{constant}\b")))
            .Select(candidate => new TypeUse(candidate, "a constant"));
    }

    private static IEnumerable<string> Constants(Type type) => Product.Members(type)
        .OfType<FieldInfo>()
        .Where(field => field.IsLiteral && !field.IsPrivate)
        .Select(field => $@"{SourceTree.NameOf(type)}\.{field.Name}");
}
