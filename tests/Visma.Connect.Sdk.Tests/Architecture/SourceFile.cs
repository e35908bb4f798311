namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>A source file of an assembly, and the name of the type that it declares.</summary>
/// <param name="Path">The path, relative to the project.</param>
/// <param name="Folder">The first folder of the path; empty for a file in the project's own folder.</param>
/// <param name="TypeName">
/// The file's name up to the first dot: <c>.net.cs</c> and <c>.netstandard.cs</c> mark a file for one target.
/// </param>
/// <param name="Code">The lines, without those that are comments.</param>
internal sealed record SourceFile(string Path, string Folder, string TypeName, string Code)
{
    /// <summary>All folders of the path, with slashes: <c>Wire/Messages</c>. Empty for a file in the project's own folder.</summary>
    public string Directory { get; } = System.IO.Path.GetDirectoryName(Path)!.Replace('\\', '/');

    public static SourceFile Read(string project, string path)
    {
        string relative = System.IO.Path.GetRelativePath(project, path);
        string[] segments = relative.Split(System.IO.Path.DirectorySeparatorChar);
        IEnumerable<string> code = File.ReadLines(path).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal));
        return new SourceFile(relative, segments.Length == 1 ? "" : segments[0], segments[^1].Split('.')[0], string.Join('\n', code));
    }
}
