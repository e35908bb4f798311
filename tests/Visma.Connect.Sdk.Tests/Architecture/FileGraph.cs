using System.Reflection;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>The source files of an assembly, and which of them use which others.</summary>
/// <remarks>
/// A file's name here is its first folder and the name of its type, so the files of one type for several targets are one node.
/// </remarks>
internal sealed class FileGraph
{
    private readonly TypeGraph _types;
    private readonly ILookup<string, (string File, string Where)> _uses;

    public FileGraph(Assembly assembly)
    {
        _types = new TypeGraph(assembly);
        _uses = _types.Types
            .SelectMany(type => _types.Uses(type).Select(use => (User: _types.NameOf(type), Used: _types.NameOf(use.Used), use.Where)))
            .Where(use => use.User != use.Used)
            .ToLookup(use => use.User, use => (use.Used, use.Where));
    }

    public IEnumerable<IReadOnlyList<string>> Circles() => Architecture.Circles.Of(
        [.. _types.Types.Select(_types.NameOf).Distinct().Order(StringComparer.Ordinal)],
        file => _uses[file].Select(use => use.File));

    /// <summary>The uses that make a circle, each as a sentence.</summary>
    public IEnumerable<string> UsesWithin(IReadOnlyList<string> circle) =>
        from file in circle
        from use in _uses[file]
        where circle.Contains(use.File)
        select $"{file} uses {use.File}, in {use.Where}";
}
