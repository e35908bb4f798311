using System.Reflection;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>Where a reader of the file list finds what an application uses, and where the rest is.</summary>
public class FolderContentTests
{
    private const int MostLines = 250;

    private static readonly Assembly Testing = typeof(FakeVisma).Assembly;

    // Every folder uses these two, so neither can be in one of them.
    private static readonly string[] InternalAtTheRoot = ["Log", "StorageKey"];

    [Fact]
    public void The_root_of_the_core_holds_public_types_and_Log_and_StorageKey() => Rule.AssertKept(
        $"The root of the core is its front door: public types, and {string.Join(" and ", InternalAtTheRoot)}. An internal type is in the folder of the types that use it.",
        TypesIn(Product.Core, "").Where(type => !type.IsPublic && !InternalAtTheRoot.Contains(type.Name)));

    [Fact]
    public void The_root_of_the_testing_package_holds_public_types() => Rule.AssertKept(
        "The root of the testing package holds the types that a test uses. An internal type is in a folder.",
        TypesIn(Testing, "").Where(type => !type.IsPublic));

    [Fact]
    public void Wire_holds_what_applications_use() => Rule.AssertKept(
        "Wire holds the typed clients with their requests and responses, all of them public. Internal types are in Wire/Messages.",
        TypesIn(Product.Core, "Wire").Where(type => !type.IsPublic));

    [Fact]
    public void Wire_Messages_holds_how_messages_are_written_and_read() => Rule.AssertKept(
        "Wire/Messages holds internal types. Public types are in Wire.",
        TypesIn(Product.Core, "Wire/Messages").Where(type => type.IsPublic));

    // The tests above pass for a folder that is empty or has another name.
    [Theory]
    [InlineData("")]
    [InlineData("Wire")]
    [InlineData("Wire/Messages")]
    public void Each_of_these_folders_has_types(string directory) => Assert.NotEmpty(TypesIn(Product.Core, directory));

    [Fact]
    public void No_source_file_has_more_than_250_lines() => Rule.AssertKept(
        $"A source file has at most {MostLines} lines. A longer one holds a second idea: give it a type and a file.",
        from path in SourceTree.SourcePaths()
        let lines = File.ReadLines(path).Count()
        where lines > MostLines
        select $"{Path.GetRelativePath(SourceTree.Root, path)}: {lines} lines");

    private static IEnumerable<Type> TypesIn(Assembly assembly, string directory) => SourceTree.TopLevelTypes(assembly)
        .Where(type => SourceTree.FilesOf(type).Any(file => file.Directory == directory));
}
