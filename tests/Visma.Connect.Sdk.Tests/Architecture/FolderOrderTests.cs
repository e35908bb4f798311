namespace Visma.Connect.Sdk.Tests.Architecture;

public class FolderOrderTests
{
    // The path of a request. A folder uses those after it, and the root's nouns. Compatibility stands in for the platform: all may use it.
    private static readonly string[] Order = ["Registration", "SignIn", "Connections", "Handlers", "Sources", "Renewal", "TokenCache", "Webhooks", "Wire", "Settings", "Plumbing", "Compatibility"];

    private static readonly TypeGraph Graph = new(Product.Core);

    [Fact]
    public void Every_folder_has_its_place_in_the_order() => Rule.AssertKept(
        $"The folders of the core stand in the order {string.Join(" -> ", Order)}; a new one is given its place in this test.",
        SourceTree.FilesOf(Product.Core).Select(file => file.Folder).Distinct().Except([.. Order, ""]));

    [Fact]
    public void A_folder_uses_only_those_after_it() => Rule.AssertKept(
        $"A folder uses only those after it ({string.Join(" -> ", Order)}): move the type to where it is used, or a noun that both need to the root.",
        from type in Graph.Types
        from use in Graph.Uses(type)
        where !Graph.IsRoot(type) && !Graph.IsRoot(use.Used)
        where Graph.FolderOf(type) != Graph.FolderOf(use.Used) && !IsBefore(Graph.FolderOf(type), Graph.FolderOf(use.Used))
        select $"{Graph.NameOf(type)} uses {Graph.NameOf(use.Used)}, in {use.Where}");

    // So the front door, which uses every folder, is used by none; and a noun stays one that any folder can use.
    [Fact]
    public void A_folder_uses_only_root_types_that_lead_to_no_folder_or_to_those_after_it() => Rule.AssertKept(
        $"A root type that a folder uses leads only to folders after that one ({string.Join(" -> ", Order)}), or to none.",
        from type in Graph.Types
        from use in Graph.Uses(type)
        where !Graph.IsRoot(type) && Graph.IsRoot(use.Used)
        from way in Graph.WaysFrom(use.Used)
        where !IsBefore(Graph.FolderOf(type), Graph.FolderOf(way[^1]))
        select $"{Graph.NameOf(type)} uses {string.Join(", which uses ", way.Select(Graph.NameOf))}, in {use.Where}");

    // Were nothing seen, the two above would pass whatever the code does.
    [Fact]
    public void Uses_along_the_order_are_seen() => Assert.Contains(
        Graph.Types,
        type => !Graph.IsRoot(type) && Graph.Uses(type).Any(use => IsBefore(Graph.FolderOf(type), Graph.FolderOf(use.Used)) && !Graph.IsRoot(use.Used)));

    private static bool IsBefore(string folder, string other) => Array.IndexOf(Order, folder) < Array.IndexOf(Order, other);
}
