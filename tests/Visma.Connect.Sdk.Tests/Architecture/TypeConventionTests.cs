using System.Reflection;
using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk.Tests.Architecture;

public partial class TypeConventionTests
{
    // Beside the netstandard2.0 build there are neither the databases nor the encryptions.
    private static readonly Type[] ImplementedElsewhere = Product.Packages.Count > 0 ? [] : [typeof(ITokenCache), typeof(ITokenProtector)];

    private static readonly List<Type> Types = [.. Product.Assemblies.SelectMany(Product.WrittenTypes)];

    // Of an exception there may be a special case, and who catches VismaConnectException is to get that as well.
    [Fact]
    public void Every_class_is_sealed_static_or_abstract_or_an_exception() => Rule.AssertKept(
        "A class is sealed, static or abstract, unless it is an exception, or made to be replaced in tests: by a protected constructor without parameters, and virtual members.",
        Types.Where(type => type.IsClass && !type.IsSealed && !type.IsAbstract && !typeof(Exception).IsAssignableFrom(type) && !IsReplaceable(type)));

    // A further package adds methods to the builder of the core: they are in its namespace, so that one using finds them.
    [Fact]
    public void Everything_public_is_in_the_namespace_of_its_package() => Rule.AssertKept(
        "What a user needs is in one namespace, named as the package.",
        Types.Where(type => type.IsVisible && type.Namespace != type.Assembly.GetName().Name && !ExtendsTheBuilder(type)));

    [Fact]
    public void Every_interface_has_two_implementations() => Rule.AssertKept(
        "An interface comes with its second implementation; until then the class is used.",
        Types.Where(type => type.IsInterface && Implementations(type) < 2).Except(ImplementedElsewhere));

    [Fact]
    public void Every_public_type_says_what_it_is_and_not_that_it_helps() => Rule.AssertKept(
        "Manager, Helper, Util and Service say nothing: a type is named for what it is.",
        Types.Where(type => type.IsVisible && EmptyWords().IsMatch(SourceTree.NameOf(type))));

    private static bool IsReplaceable(Type type) =>
        type.GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, Type.EmptyTypes) is { IsFamily: true }
        && type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly).All(method => method.IsVirtual && !method.IsFinal);

    private static bool ExtendsTheBuilder(Type type) =>
        type.Namespace == typeof(VismaConnectBuilder).Namespace && type.Name.EndsWith(nameof(VismaConnectBuilder) + "Extensions", StringComparison.Ordinal);

    private static int Implementations(Type contract) =>
        Types.Count(type => !type.IsAbstract && type.GetInterfaces().Any(implemented => DefinitionOf(implemented) == contract));

    private static Type DefinitionOf(Type type) => type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type;

    [GeneratedRegex("(Manager|Helper|Util|Utility|Utilities|Service)s?$")]
    private static partial Regex EmptyWords();
}
