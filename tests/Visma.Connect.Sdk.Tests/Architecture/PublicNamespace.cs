using System.Reflection;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>The namespaces in which a package declares its public types.</summary>
/// <remarks>
/// One namespace for each package, so that one <c>using</c> offers what an application uses, with three exceptions. Types that only authors of
/// token caches use have a second namespace in two packages, so that IntelliSense does not offer them to every application. Extensions of
/// the builder are in the core's namespace, so that IntelliSense offers them wherever it offers the builder. The package for ASP.NET Core is in the
/// core's namespace as a whole, because a web application uses both together, and one <c>using</c> is enough for it.
/// </remarks>
internal static class PublicNamespace
{
    private const string TokenCache = "TokenCache";
    private const string BuilderExtensions = nameof(VismaConnectBuilder) + "Extensions";

    private static readonly Assembly[] WithTokenCache = [Product.Core, typeof(FakeVisma).Assembly];

    public static IReadOnlyList<string> All { get; } = [.. Product.Assemblies.Select(Of), .. WithTokenCache.Select(OfTokenCaches)];

    /// <summary>Whether a public type may be in the namespace in which it is.</summary>
    public static bool IsAllowed(Type type) => IsOfThePackage(type)
        || (type.Namespace == Of(Product.Core) && type.Assembly.GetName().Name == $"{Of(Product.Core)}.AspNetCore")
        || (type.Namespace == OfTokenCaches(type.Assembly) && IsInTokenCacheFolder(type))
        || (type.Namespace == Of(Product.Core) && type.Name.EndsWith(BuilderExtensions, StringComparison.Ordinal));

    /// <summary>Whether a type is in the namespace that bears the package's name.</summary>
    public static bool IsOfThePackage(Type type) => type.Namespace == Of(type.Assembly);

    private static string Of(Assembly assembly) => assembly.GetName().Name!;

    private static string OfTokenCaches(Assembly assembly) => $"{Of(assembly)}.{TokenCache}";

    private static bool IsInTokenCacheFolder(Type type) =>
        WithTokenCache.Contains(type.Assembly) && SourceTree.FilesOf(SourceTree.Outermost(type)).All(file => file.Folder == TokenCache);
}
