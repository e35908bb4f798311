using System.Reflection;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>
/// A public class that an application can replace in its unit tests by deriving from it (see the Azure SDK design guidelines, "Mocking"):
/// it has a constructor without parameters for derived classes, and each public instance member that it declares is virtual.
/// </summary>
internal static class ReplaceableClass
{
    public static bool Is(Type type) => type.IsVisible && HasConstructorForTests(type) && Members(type).All(IsVirtual);

    private static bool HasConstructorForTests(Type type) =>
        type.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, []) is { } constructor
            && PublicApiMember.Access(constructor) is not null;

    // The accessors of properties and events are methods, too.
    private static MethodInfo[] Members(Type type) => type.GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.Instance);

    private static bool IsVirtual(MethodInfo method) => method is { IsVirtual: true, IsFinal: false };
}
