namespace PretendedApplication.Application;

/// <summary>The pages of a web application on which a user connects and disconnects a company.</summary>
public class ConnectPages(VismaConnections connections)
{
    private readonly Dictionary<string, string> _session = [];

    public Uri Begin(string connection)
    {
        AuthorizationRequest start = connections.Begin("eaccounting", connection, new AuthorizationRequestOptions { SelectCompany = true });
        _session[start.State] = start.ToJson();
        return start.Url;
    }

    public async Task<string> CallbackAsync(string query, CancellationToken cancellationToken)
    {
        AuthorizationResponse response = AuthorizationResponse.FromQuery(query);
        _session.Remove(response.State ?? "", out string? stored);
        try
        {
            VismaConnection connected = await connections.CompleteAsync(AuthorizationRequest.FromJson(stored), response, cancellationToken);
            return $"Connected {connected.Name} to company {connected.Company}";
        }
        catch (VismaConnectException failure) when (failure.IsCancelledByUser)
        {
            return "You declined. You can begin again.";
        }
        catch (VismaConnectException failure)
        {
            return failure.Remedy?.ToString() ?? failure.Message;
        }
    }

    public async Task<string> ShowAsync(string connection, CancellationToken cancellationToken) =>
        await connections.FindAsync("eaccounting", connection, cancellationToken) switch
        {
            null => "not connected",
            { State: ConnectionState.Active } active => $"connected since {active.ConnectedAt:u}, scopes {string.Join(' ', active.GrantedScopes)}",
            { } other => $"{other.State}: {other.Reason}",
        };

    public async Task<string> DisconnectAsync(string connection, CancellationToken cancellationToken)
    {
        Disconnection end = await connections.DisconnectAsync("eaccounting", connection, cancellationToken);
        return !end.WasConnected ? "was not connected"
            : end.RevocationFailure is { } failure ? $"disconnected here only: {failure.Message}"
            : "disconnected";
    }

    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        List<string> names = [];
        await foreach (VismaConnection connection in connections.ListAsync(cancellationToken))
        {
            names.Add($"{connection.Name} {connection.State}");
        }

        return names;
    }
}
