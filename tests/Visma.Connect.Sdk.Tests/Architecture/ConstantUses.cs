using System.Reflection;
using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>The types of which a type uses only a constant or a value of an enumeration.</summary>
/// <remarks>The compiler replaces a constant by its value, so the assembly does not show the use. It is read from the source.</remarks>
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
