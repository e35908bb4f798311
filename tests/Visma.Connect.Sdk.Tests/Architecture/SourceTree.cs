using System.CodeDom.Compiler;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>The source tree that these tests were built from, and where in it a type stands.</summary>
internal static class SourceTree
{
    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = FindRoot();

    private static readonly Dictionary<Assembly, ILookup<string, SourceFile>> FilesByAssembly =
        Product.Assemblies.ToDictionary(assembly => assembly, assembly => FilesOf(assembly).ToLookup(file => file.TypeName));

    /// <summary>The source files of an assembly, less those of the target that it was not built for.</summary>
    public static IReadOnlyList<SourceFile> FilesOf(Assembly assembly)
    {
        string project = Path.Combine(Root, "src", assembly.GetName().Name!);
        string otherTarget = Product.TargetOf(assembly).StartsWith("netstandard", StringComparison.Ordinal) ? ".net.cs" : ".netstandard.cs";
        return
        [
            .. Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
                .Where(path => !path.EndsWith(otherTarget, StringComparison.Ordinal))
                .Select(path => SourceFile.Read(project, path))
                .Where(file => file.Folder is not ("bin" or "obj")),
        ];
    }

    /// <summary>The types of an assembly that have to stand in a file: the outermost ones, in our namespace.</summary>
    /// <remarks>Backports are in the platform's namespaces. What a source generator made is marked as such, and has no file here.</remarks>
    public static IEnumerable<Type> TopLevelTypes(Assembly assembly) => Product.WrittenTypes(assembly)
        .Where(type => type.DeclaringType is null)
        .Where(type => type.Namespace?.StartsWith(assembly.GetName().Name!, StringComparison.Ordinal) == true)
        .Where(type => !type.IsDefined(typeof(GeneratedCodeAttribute)) || FilesOf(type).Any());

    /// <summary>The files named after a type that declare it.</summary>
    public static IEnumerable<SourceFile> FilesOf(Type type)
    {
        string name = NameOf(type);
        return FilesByAssembly[type.Assembly][name]
            .Where(file => Regex.IsMatch(file.Code, $@"\b(class|struct|record|interface|enum|delegate [^(]+) {name}\b"));
    }

    /// <summary>The name of a type in the source: no namespace, no arity.</summary>
    public static string NameOf(Type type) => type.Name.Split('`')[0];

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Visma.Connect.Sdk.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException(
            $"These tests read the source and run from inside the repository; there is no Visma.Connect.Sdk.sln above {AppContext.BaseDirectory}.");
    }
}
