namespace Visma.Connect.Sdk.Tests.Architecture;

public class FileNameTests
{
    [Fact]
    public void Every_type_is_in_a_file_of_its_name() => Rule.AssertKept(
        "A type T is declared in T.cs (or in T.net.cs and T.netstandard.cs, for one target each), and in one folder.",
        from type in Product.Assemblies.SelectMany(SourceTree.TopLevelTypes)
        let folders = SourceTree.FilesOf(type).Select(file => file.Folder).Distinct().ToList()
        where folders.Count != 1
        select folders.Count == 0
            ? $"{type}: there is no file of this name"
            : $"{type}: its files are in {string.Join(" and in ", folders.Select(folder => $"'{folder}'"))}");
}
