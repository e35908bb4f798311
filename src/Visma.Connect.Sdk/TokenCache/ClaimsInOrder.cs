namespace Visma.Connect.Sdk.TokenCache;

/// <summary>The keys of the claims in the memory of this process, in the order in which they were stored, up to a number.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class ClaimsInOrder(int most)
{
    private readonly LinkedList<TokenKey> _order = new();
    private readonly Dictionary<TokenKey, LinkedListNode<TokenKey>> _nodes = [];

    /// <summary>Adds a claim. Returns the oldest one if there are too many now: it is to be removed.</summary>
    public TokenKey? Add(TokenKey key)
    {
        _nodes[key] = _order.AddLast(key);
        if (_nodes.Count <= most)
        {
            return null;
        }

        TokenKey oldest = _order.First!.Value;
        Remove(oldest);
        return oldest;
    }

    /// <summary>Removes a claim.</summary>
    public void Remove(TokenKey key)
    {
        if (_nodes.TryGetValue(key, out LinkedListNode<TokenKey>? node))
        {
            _order.Remove(node);
            _nodes.Remove(key);
        }
    }
}
