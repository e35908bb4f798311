using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>What ships: the assemblies under test, and the types in them that a person wrote.</summary>
internal static partial class Product
{
    public static Assembly Core => typeof(AccessToken).Assembly;

    public static IReadOnlyList<Assembly> Assemblies { get; } = [Core, typeof(FakeVisma).Assembly, .. Packages];

    /// <summary>The target an assembly was built for, as a project file names it: <c>net10.0</c>, <c>netstandard2.0</c>.</summary>
    public static string TargetOf(Assembly assembly)
    {
        FrameworkName framework = new(assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName);
        return (framework.Identifier == ".NETStandard" ? "netstandard" : "net") + framework.Version;
    }

    /// <summary>The types that somebody wrote, nested ones included: no closures, state machines or parts of a source generator.</summary>
    public static IEnumerable<Type> WrittenTypes(Assembly assembly) => assembly.GetTypes().Where(type => !IsMade(type));

    /// <summary>The members that a type declares itself, but for nested types.</summary>
    public static IEnumerable<MemberInfo> Members(Type type) => type
        .GetMembers(BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance)
        .Where(member => member is not Type);

    /// <summary>Every method and constructor with a body, those of closures and state machines included.</summary>
    public static IEnumerable<MethodBase> Methods(Assembly assembly) => assembly.GetTypes().SelectMany(Members).OfType<MethodBase>();

    // The names that the compiler makes up hold a '<', which nobody can write; so do those of file-local types, a generator's habit.
    private static bool IsMade(Type type) =>
        type.Name.Contains('<')
        || type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        || (type.DeclaringType is { } declaring && IsMade(declaring));
}
