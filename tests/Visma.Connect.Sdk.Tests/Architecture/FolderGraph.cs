namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>The core's types with the folders they stand in, and what each uses of the others.</summary>
internal sealed class FolderGraph
{
    private readonly Dictionary<Type, string> _folders;
    private readonly Dictionary<Type, List<TypeUse>> _uses;

    public FolderGraph()
    {
        // A type that stands in no file of its name, or in several folders, is the business of FileNameTests.
        _folders = SourceTree.TopLevelTypes(Product.Core)
            .Where(type => SourceTree.FilesOf(type).Any())
            .ToDictionary(type => type, type => SourceTree.FilesOf(type).First().Folder);
        _uses = _folders.Keys.ToDictionary(type => type, UsesOf);
    }

    public IEnumerable<Type> Types => _folders.Keys;

    public string FolderOf(Type type) => _folders[type];

    public IEnumerable<TypeUse> Uses(Type type) => _uses[type];

    public bool IsRoot(Type type) => FolderOf(type).Length == 0;

    /// <summary>A type as the messages name it: <c>Wire/FormPost</c>, or <c>TokenKey</c> of the root.</summary>
    public string NameOf(Type type) => IsRoot(type) ? SourceTree.NameOf(type) : $"{FolderOf(type)}/{SourceTree.NameOf(type)}";

    /// <summary>The ways from a root type into the folders, through other root types and not further.</summary>
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
            .Select(use => use with { Used = Outermost(use.Used) })
            .Where(use => use.Used != type && _folders.ContainsKey(use.Used))
            .DistinctBy(use => use.Used),
    ];

    private static Type Outermost(Type type) => type.DeclaringType is { } declaring ? Outermost(declaring) : type;
}
