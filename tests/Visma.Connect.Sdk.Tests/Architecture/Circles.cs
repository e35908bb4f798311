namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>The circles of a directed graph: its strongly connected components of two or more nodes.</summary>
internal static class Circles
{
    /// <summary>The circles. In each, every node leads to every other one, directly or through others.</summary>
    /// <param name="nodes">The nodes of the graph.</param>
    /// <param name="next">The nodes to which a node has an edge.</param>
    public static IEnumerable<IReadOnlyList<string>> Of(IReadOnlyList<string> nodes, Func<string, IEnumerable<string>> next)
    {
        Dictionary<string, HashSet<string>> reachable = nodes.ToDictionary(node => node, node => Reachable(node, next));
        return nodes
            .Select(node => nodes.Where(other => other == node || (reachable[node].Contains(other) && reachable[other].Contains(node))).ToList())
            .Where(circle => circle.Count > 1)
            .DistinctBy(circle => circle[0]);
    }

    private static HashSet<string> Reachable(string node, Func<string, IEnumerable<string>> next)
    {
        HashSet<string> reached = [];
        Queue<string> waiting = new([node]);
        while (waiting.TryDequeue(out string? at))
        {
            foreach (string found in next(at).Where(reached.Add))
            {
                waiting.Enqueue(found);
            }
        }

        return reached;
    }
}
