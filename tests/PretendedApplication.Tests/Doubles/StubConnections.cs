namespace PretendedApplication.Doubles;

/// <summary>Connections in a dictionary.</summary>
internal sealed class StubConnections : VismaConnections
{
    public Dictionary<string, VismaConnection> Connected { get; } = [];

    public List<AuthorizationRequestOptions?> Begun { get; } = [];

    public VismaConnectException? Failure { get; set; }

    public override AuthorizationRequest Begin(string client, string connection, AuthorizationRequestOptions? options = null)
    {
        Begun.Add(options);

        // A typed client creates a genuine request without a network.
        using VismaConnectClient requests = new(new VismaClientOptions { ClientId = "acme", ClientSecret = "s", RedirectUri = "https://acme.example/callback" });
        return requests.CreateAuthorizationRequest(options);
    }

    public override Task<VismaConnection> CompleteAsync(AuthorizationRequest start, AuthorizationResponse callback, CancellationToken cancellationToken = default) =>
        Failure is null ? Task.FromResult(Connected.Values.Last()) : Task.FromException<VismaConnection>(Failure);

    public override Task<VismaConnection?> FindAsync(string client, string connection, CancellationToken cancellationToken = default) =>
        Task.FromResult(Connected.GetValueOrDefault(connection));

    public override Task<Disconnection> DisconnectAsync(string client, string connection, CancellationToken cancellationToken = default) =>
        Task.FromResult(new Disconnection(Connected.Remove(connection), Failure));

    public override async IAsyncEnumerable<VismaConnection> ListAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (VismaConnection connection in Connected.Values)
        {
            await Task.Yield();
            yield return connection;
        }
    }
}
