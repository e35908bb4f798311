namespace Visma.Connect.Sdk;

/// <summary>
/// Bounds how many tokens of a client are tried in a row without success. Tokens under way count as failed until they end, so that concurrency does
/// not raise the limit.
/// </summary>
internal sealed class FailureLimit(int limit)
{
    private readonly Dictionary<string, (int UnderWay, int InARow)> _clients = new(StringComparer.OrdinalIgnoreCase);

    public bool Allows(string client) => Of(client) is var count && count.UnderWay + count.InARow < limit;

    public void Begin(string client) => _clients[client] = (Of(client).UnderWay + 1, Of(client).InARow);

    /// <summary>Counts a row that has ended. Returns whether the limit is reached.</summary>
    /// <param name="client">The name of its client.</param>
    /// <param name="isAccepted">Whether its token was accepted. Null if no token was tried.</param>
    public bool End(string client, bool? isAccepted)
    {
        (int underWay, int inARow) = Of(client);
        int now = isAccepted switch
        {
            true => 0,
            false => inARow + 1,
            null => inARow,
        };
        _clients[client] = (underWay - 1, now);
        return now >= limit;
    }

    private (int UnderWay, int InARow) Of(string client) => _clients.TryGetValue(client, out (int UnderWay, int InARow) count) ? count : default;
}
