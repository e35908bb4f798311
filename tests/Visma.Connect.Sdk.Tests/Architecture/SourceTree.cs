using System.CodeDom.Compiler;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>The source files that the assemblies were built from, and the files of each type.</summary>
internal static class SourceTree
{
    private static readonly Dictionary<Assembly, ILookup<string, SourceFile>> FilesByAssembly =
        Product.Assemblies.ToDictionary(assembly => assembly, assembly => FilesOf(assembly).ToLookup(file => file.TypeName));

    // Compiled into more than one package.
    private static readonly ILookup<string, SourceFile> SharedFiles =
        SourcePaths(Path.Combine(Root, "src", "Shared")).Select(path => SourceFile.Read(Path.Combine(Root, "src", "Shared"), path)).ToLookup(file => file.TypeName);

    /// <summary>The folder with the solution.</summary>
    public static string Root => Repository.Root;

    /// <summary>The paths of all source files of all packages, whatever target they are for.</summary>
    public static IEnumerable<string> SourcePaths() => Directory.EnumerateDirectories(Path.Combine(Root, "src")).SelectMany(SourcePaths);

    /// <summary>The source files of an assembly, without those for a target other than the assembly's.</summary>
    public static IReadOnlyList<SourceFile> FilesOf(Assembly assembly)
    {
        string project = Path.Combine(Root, "src", assembly.GetName().Name!);
        string otherTarget = Product.TargetOf(assembly).StartsWith("netstandard", StringComparison.Ordinal) ? ".net.cs" : ".netstandard.cs";
        return
        [
            .. SourcePaths(project)
                .Where(path => !path.EndsWith(otherTarget, StringComparison.Ordinal))
                .Select(path => SourceFile.Read(project, path)),
        ];
    }

    /// <summary>The types of an assembly that must have a file of their name: the outermost ones in a namespace of the product.</summary>
    /// <remarks>
    /// Backports are in namespaces of the platform. A type that a source generator wrote alone has an attribute that says so, and no file.
    /// </remarks>
    public static IEnumerable<Type> TopLevelTypes(Assembly assembly) => Product.WrittenTypes(assembly)
        .Where(type => type.DeclaringType is null)
        .Where(type => type.Namespace?.StartsWith(Product.Core.GetName().Name!, StringComparison.Ordinal) == true)
        .Where(type => !type.IsDefined(typeof(GeneratedCodeAttribute)) || FilesOf(type).Any());

    /// <summary>The files named after a type that declare it.</summary>
    public static IEnumerable<SourceFile> FilesOf(Type type)
    {
        string name = NameOf(type);
        return FilesByAssembly[type.Assembly][name].Concat(SharedFiles[name])
            .Where(file => Regex.IsMatch(file.Code, $@"\b(class|struct|record|interface|enum|delegate [^(]+) {name}\b"));
    }

    /// <summary>The type itself, or the outermost type that it is nested in.</summary>
    public static Type Outermost(Type type) => type.DeclaringType is { } declaring ? Outermost(declaring) : type;

    /// <summary>The name of a type in the source, without its namespace and the number of its type parameters.</summary>
    public static string NameOf(Type type) => type.Name.Split('`')[0];

    private static IEnumerable<string> SourcePaths(string project) => Directory
        .EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
        .Where(path => Path.GetRelativePath(project, path).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));
}
