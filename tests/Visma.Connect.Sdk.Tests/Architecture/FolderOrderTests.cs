namespace Visma.Connect.Sdk.Tests.Architecture;

public class FolderOrderTests
{
    // The path of a request through the core. Compatibility holds what netstandard2.0 lacks of the platform, so every folder may use it.
    private static readonly string[] Order = ["Registration", "SignIn", "Connections", "Import", "Handlers", "Sources", "Renewal", "TokenCache", "Webhooks", "Wire", "Settings", "Telemetry", "Remedies", "Plumbing", "Compatibility"];

    // The path of a request through FakeVisma: an API accepts a token, which an authority issued, after a sign-in, for a consent.
    // TokenCache is separate.
    private static readonly string[] TestingOrder = ["Wire", "Apis", "Authorities", "SignIn", "Connections", "TokenCache"];

    private static readonly Dictionary<string, FolderOrder> Orders = ((FolderOrder[])
    [
        new(Product.Core, Order),
        new(typeof(FakeVisma).Assembly, TestingOrder),
    ]).ToDictionary(order => order.Assembly.GetName().Name!);

    public static TheoryData<string> Packages => [.. Orders.Values.Select(order => order.Assembly).Intersect(Product.WithReadableCode).Select(assembly => assembly.GetName().Name!)];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Every_folder_has_its_place_in_the_order(string package) => Rule.AssertKept(
        $"The order of the folders of {package} is {Orders[package]}. A new folder needs a place in this test.",
        Orders[package].Unlisted());

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_folder_uses_only_those_after_it(string package)
    {
        TypeGraph graph = Orders[package].Graph;

        Rule.AssertKept(
            $"A folder of {package} uses only those after it ({Orders[package]}). Move the type to the folder that uses it, or move a noun that both folders need to the root.",
            from type in graph.Types
            from use in graph.Uses(type)
            where !graph.IsRoot(type) && !graph.IsRoot(use.Used)
            where graph.FolderOf(type) != graph.FolderOf(use.Used) && !Orders[package].Allows(graph.FolderOf(type), graph.FolderOf(use.Used))
            select $"{graph.NameOf(type)} uses {graph.NameOf(use.Used)}, in {use.Where}");
    }

    // So no folder uses the front door, which uses every folder, and a noun of the root stays one that any folder can use.
    [Theory]
    [MemberData(nameof(Packages))]
    public void A_folder_uses_only_root_types_that_lead_to_no_folder_or_to_those_after_it(string package)
    {
        TypeGraph graph = Orders[package].Graph;

        Rule.AssertKept(
            $"A root type that a folder of {package} uses leads to no folder, or only to folders after that one ({Orders[package]}).",
            from type in graph.Types
            from use in graph.Uses(type)
            where !graph.IsRoot(type) && graph.IsRoot(use.Used)
            from way in graph.WaysFrom(use.Used)
            where !Orders[package].Allows(graph.FolderOf(type), graph.FolderOf(way[^1]))
            select $"{graph.NameOf(type)} uses {string.Join(", which uses ", way.Select(graph.NameOf))}, in {use.Where}");
    }

    // The two tests above would pass for any code if the graph showed no uses.
    [Theory]
    [MemberData(nameof(Packages))]
    public void Uses_along_the_order_are_seen(string package)
    {
        TypeGraph graph = Orders[package].Graph;

        Assert.Contains(
            graph.Types,
            type => !graph.IsRoot(type)
                && graph.Uses(type).Any(use => !graph.IsRoot(use.Used) && Orders[package].Allows(graph.FolderOf(type), graph.FolderOf(use.Used))));
    }
}
