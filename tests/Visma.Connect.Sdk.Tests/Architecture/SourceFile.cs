namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>A source file of an assembly, and the type it is named after.</summary>
/// <param name="Path">Where it is, seen from the project.</param>
/// <param name="Folder">The folder right below the project's, in which it stands; empty for the project's own.</param>
/// <param name="TypeName">Its name up to the first dot: <c>.net.cs</c> and <c>.netstandard.cs</c> are parts for one target.</param>
/// <param name="Code">Its lines, without those that are comments.</param>
internal sealed record SourceFile(string Path, string Folder, string TypeName, string Code)
{
    public static SourceFile Read(string project, string path)
    {
        string relative = System.IO.Path.GetRelativePath(project, path);
        string[] segments = relative.Split(System.IO.Path.DirectorySeparatorChar);
        IEnumerable<string> code = File.ReadLines(path).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal));
        return new SourceFile(relative, segments.Length == 1 ? "" : segments[0], segments[^1].Split('.')[0], string.Join('\n', code));
    }
}
