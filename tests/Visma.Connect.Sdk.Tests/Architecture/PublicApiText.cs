using System.Reflection;
using System.Runtime.CompilerServices;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>The public API of an assembly as text: its types in alphabetical order, each with its members, one per line.</summary>
/// <remarks>
/// A type outside the namespace that bears the package's name has its namespace in its heading, and follows after all others.
/// </remarks>
internal static class PublicApiText
{
    public static IReadOnlyList<string> Of(Assembly assembly) =>
    [
        .. Product.WrittenTypes(assembly)
            .Where(type => type.IsVisible)
            .OrderBy(type => !PublicNamespace.IsOfThePackage(type))
            .ThenBy(type => type.FullName, StringComparer.Ordinal)
            .SelectMany((type, index) => OfType(type).Prepend(index == 0 ? null : "").OfType<string>()),
    ];

    private static IEnumerable<string> OfType(Type type) => Product.Members(type)
        .Where(IsApi)
        .OrderBy(Rank)
        .ThenBy(member => member.Name, StringComparer.Ordinal)
        .ThenBy(PublicApiMember.Of, StringComparer.Ordinal)
        .Select(member => $"    {PublicApiMember.Of(member)}")
        .Prepend(Heading(type));

    private static string Heading(Type type)
    {
        string parents = string.Join(", ", Parents(type).Select(parent => CSharpName.Of(parent)));
        string scope = PublicNamespace.IsOfThePackage(type) ? "" : type.Namespace + ".";
        return $"{Modifiers(type)} {scope}{CSharpName.Of(type)}"
            + (parents.Length == 0 ? "" : $" : {parents}")
            + PublicApiMember.Constraints(type.GetGenericArguments());
    }

    private static string Modifiers(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => (PublicApiMember.Is(type, nameof(IsReadOnlyAttribute)) ? "readonly " : "") + (IsRecord(type) ? "record struct" : "struct"),
        { IsAbstract: true, IsSealed: true } => "static class",
        _ => (type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + (IsRecord(type) ? "record" : "class"),
    };

    // The base class first, then the interfaces that neither it nor another interface brings along.
    private static IEnumerable<Type> Parents(Type type)
    {
        if (type.IsEnum)
        {
            return [type.GetEnumUnderlyingType()];
        }

        Type[] all = type.GetInterfaces();
        IEnumerable<Type> inherited = all.SelectMany(one => one.GetInterfaces()).Concat(type.BaseType?.GetInterfaces() ?? []);
        IEnumerable<Type> own = all.Except(inherited).OrderBy(one => one.ToString(), StringComparer.Ordinal);
        return type.IsClass && type.BaseType is { } parent && parent != typeof(object) ? own.Prepend(parent) : own;
    }

    // The compiler writes this method for records only.
    private static bool IsRecord(Type type) => Product.Members(type).Any(member => member.Name == "PrintMembers");

    private static bool IsApi(MemberInfo member) => member switch
    {
        FieldInfo field => (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && !field.IsSpecialName,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsOpen),
        EventInfo @event => IsOpen(@event.AddMethod!),
        ConstructorInfo constructor => IsOpen(constructor),
        MethodInfo method => IsOpen(method) && !IsAccessor(method) && !IsOfEveryRecord(method),
        _ => false,
    };

    private static bool IsOpen(MethodBase method) => PublicApiMember.Access(method) is not null;

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    // Every record has equality and ToString, so the word "record" says it. Deconstruct differs from record to record.
    private static bool IsOfEveryRecord(MethodInfo method) => method.IsDefined(typeof(CompilerGeneratedAttribute)) && method.Name != "Deconstruct";

    private static int Rank(MemberInfo member) => member switch
    {
        FieldInfo => 0,
        ConstructorInfo => 1,
        PropertyInfo => 2,
        EventInfo => 3,
        _ => 4,
    };
}
