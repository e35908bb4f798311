using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk.Tests.Architecture;

public partial class TypeConventionTests
{
    // The databases and the encryption are built for .NET only, and so are not part of this run.
    private static readonly Type[] ImplementedElsewhere = Product.Packages.Count > 0 ? [] : [typeof(ITokenCache), typeof(ITokenProtector)];

    private static readonly List<Type> Types = [.. Product.Assemblies.SelectMany(Product.WrittenTypes)];

    // An exception may have a special case that derives from it: code that catches VismaConnectException catches that case too.
    [Fact]
    public void Every_class_is_sealed_static_or_abstract_or_an_exception_or_replaceable_in_unit_tests() => Rule.AssertKept(
        "A class is sealed, static or abstract, unless it is an exception, or a public class with a constructor without parameters whose public members are all virtual.",
        Types.Where(type => type.IsClass && !type.IsSealed && !type.IsAbstract && !typeof(Exception).IsAssignableFrom(type) && !ReplaceableClass.Is(type)));

    [Fact]
    public void Everything_public_is_in_the_namespace_of_its_package() => Rule.AssertKept(
        "A public type is in the namespace that bears the name of its package. Exceptions: extensions of the builder and the package for ASP.NET Core are in the core's namespace, and types in the folder TokenCache of two packages may be in the namespace TokenCache below theirs.",
        Types.Where(type => type.IsVisible && !PublicNamespace.IsAllowed(type)));

    [Fact]
    public void Every_interface_has_two_implementations() => Rule.AssertKept(
        "An interface has at least two implementations. With one implementation, the class is used directly.",
        Types.Where(type => type.IsInterface && Implementations(type) < 2).Except(ImplementedElsewhere));

    [Fact]
    public void Every_public_type_says_what_it_is_and_not_that_it_helps() => Rule.AssertKept(
        "The words Manager, Helper, Util and Service do not say what a type is: choose a name that does.",
        Types.Where(type => type.IsVisible && EmptyWords().IsMatch(SourceTree.NameOf(type))));

    private static int Implementations(Type contract) =>
        Types.Count(type => !type.IsAbstract && type.GetInterfaces().Any(implemented => DefinitionOf(implemented) == contract));

    private static Type DefinitionOf(Type type) => type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type;

    [GeneratedRegex("(Manager|Helper|Util|Utility|Utilities|Service)s?$")]
    private static partial Regex EmptyWords();
}
