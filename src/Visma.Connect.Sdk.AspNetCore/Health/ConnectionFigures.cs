namespace Visma.Connect.Sdk;

/// <summary>How many connections there are, and how many need a person.</summary>
internal sealed class ConnectionFigures
{
    private const int MostNames = 20;

    public int Total { get; private set; }

    public int ReauthorizationRequired { get; private set; }

    public int Unreadable { get; private set; }

    /// <summary>Whether all connections were counted.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The names of some connections that need a person.</summary>
    public List<string> Names { get; } = [];

    /// <summary>Counts connections until the limit of their number or of the time is reached.</summary>
    public static async Task<ConnectionFigures> CountAsync(VismaConnections connections, int most, CancellationToken cancellationToken)
    {
        ConnectionFigures figures = new();
        try
        {
            await foreach (VismaConnection connection in connections.ListAsync(cancellationToken).ConfigureAwait(false))
            {
                if (figures.Total == most)
                {
                    return figures;
                }

                figures.Add(connection);
                cancellationToken.ThrowIfCancellationRequested();
            }

            figures.IsComplete = true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What was counted in time is the figure.
        }

        return figures;
    }

    private void Add(VismaConnection connection)
    {
        Total++;
        switch (connection.State)
        {
            case ConnectionState.ReauthorizationRequired:
                ReauthorizationRequired++;
                break;
            case ConnectionState.Unreadable:
                Unreadable++;
                break;
            default:
                return;
        }

        if (Names.Count < MostNames)
        {
            Names.Add(connection.Key.ToString());
        }
    }
}
