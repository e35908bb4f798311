using System.Reflection;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>The folders of an assembly, in the order in which they use each other.</summary>
/// <param name="assembly">The assembly.</param>
/// <param name="folders">The folders. A folder uses those after it.</param>
internal sealed class FolderOrder(Assembly assembly, string[] folders)
{
    public Assembly Assembly => assembly;

    public TypeGraph Graph => field ??= new TypeGraph(assembly);

    /// <summary>The folders of the assembly that have no place in the order.</summary>
    public IEnumerable<string> Unlisted() => SourceTree.FilesOf(assembly).Select(file => file.Folder).Distinct().Except([.. folders, ""]);

    /// <summary>Whether a folder may use another one.</summary>
    public bool Allows(string folder, string other) => Array.IndexOf(folders, folder) < Array.IndexOf(folders, other);

    public override string ToString() => string.Join(" -> ", folders);
}
