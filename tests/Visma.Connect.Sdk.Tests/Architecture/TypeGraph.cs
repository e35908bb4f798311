using System.Reflection;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>The types of an assembly, the folder of each, and the other types of the assembly that each uses.</summary>
internal sealed class TypeGraph
{
    private readonly Dictionary<Type, string> _folders;
    private readonly Dictionary<Type, List<TypeUse>> _uses;

    public TypeGraph(Assembly assembly)
    {
        // FileNameTests reports a type that has no file of its name, or files in several folders.
        _folders = SourceTree.TopLevelTypes(assembly)
            .Where(type => SourceTree.FilesOf(type).Any())
            .ToDictionary(type => type, type => SourceTree.FilesOf(type).First().Folder);
        _uses = _folders.Keys.ToDictionary(type => type, UsesOf);
    }

    public IEnumerable<Type> Types => _folders.Keys;

    public string FolderOf(Type type) => _folders[type];

    public IEnumerable<TypeUse> Uses(Type type) => _uses[type];

    public bool IsRoot(Type type) => FolderOf(type).Length == 0;

    /// <summary>The name of a type in a message: <c>Wire/FormPost</c>, or <c>TokenKey</c> for a type of the root.</summary>
    public string NameOf(Type type) => IsRoot(type) ? SourceTree.NameOf(type) : $"{FolderOf(type)}/{SourceTree.NameOf(type)}";

    /// <summary>The paths from a root type to the first type that is in a folder. All other types on such a path are root types.</summary>
    public IEnumerable<IReadOnlyList<Type>> WaysFrom(Type root)
    {
        HashSet<Type> seen = [root];
        Queue<IReadOnlyList<Type>> ways = new([[root]]);
        while (ways.TryDequeue(out IReadOnlyList<Type>? way))
        {
            foreach (Type next in Uses(way[^1]).Select(use => use.Used).Where(seen.Add))
            {
                IReadOnlyList<Type> longer = [.. way, next];
                if (IsRoot(next))
                {
                    ways.Enqueue(longer);
                }
                else
                {
                    yield return longer;
                }
            }
        }
    }

    private List<TypeUse> UsesOf(Type type) =>
    [
        .. TypeUses.Of(type).Concat(ConstantUses.Of(type, _folders.Keys))
            .Select(use => use with { Used = SourceTree.Outermost(use.Used) })
            .Where(use => use.Used != type && _folders.ContainsKey(use.Used))
            .DistinctBy(use => use.Used),
    ];
}
