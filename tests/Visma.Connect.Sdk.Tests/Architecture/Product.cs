using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>The assemblies that are published as packages, and the types in them that were written by hand.</summary>
internal static partial class Product
{
    public static Assembly Core => typeof(AccessToken).Assembly;

    public static IReadOnlyList<Assembly> Assemblies { get; } = [Core, typeof(FakeVisma).Assembly, .. Packages];

    /// <summary>The assemblies whose method bodies can be read: those for the same target as the core.</summary>
    /// <remarks>
    /// The core for netstandard2.0 declares some members differently than the packages for .NET expect, so their code cannot be resolved
    /// beside it.
    /// </remarks>
    public static IReadOnlyList<Assembly> WithReadableCode { get; } = [.. Assemblies.Where(assembly => TargetOf(assembly) == TargetOf(Core))];

    /// <summary>The target of an assembly, in the words of a project file: <c>net10.0</c>, <c>netstandard2.0</c>.</summary>
    public static string TargetOf(Assembly assembly)
    {
        FrameworkName framework = new(assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName);
        return (framework.Identifier == ".NETStandard" ? "netstandard" : "net") + framework.Version;
    }

    /// <summary>
    /// The types that were written by hand, with the nested ones, without closures, state machines and file-local types of a source
    /// generator.
    /// </summary>
    public static IEnumerable<Type> WrittenTypes(Assembly assembly) => assembly.GetTypes().Where(type => !IsMade(type));

    /// <summary>The members that a type declares itself, without nested types.</summary>
    public static IEnumerable<MemberInfo> Members(Type type) => type
        .GetMembers(BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance)
        .Where(member => member is not Type);

    /// <summary>All methods and constructors, also in closures and state machines.</summary>
    public static IEnumerable<MethodBase> Methods(Assembly assembly) => assembly.GetTypes().SelectMany(Members).OfType<MethodBase>();

    // The name of a type that the compiler made contains '<', which is not allowed in C#. The same is true of file-local types, which
    // generators write.
    private static bool IsMade(Type type) =>
        type.Name.Contains('<')
        || type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        || (type.DeclaringType is { } declaring && IsMade(declaring));
}
