using Visma.Connect.Sdk;
using Visma.Connect.Sdk.Testing;

namespace DurableTokens;

/// <summary>A FakeVisma with one user, who connects without clicks.</summary>
internal sealed class FakeCustomer : IAsyncDisposable
{
    private const string RedirectUri = "https://acme.example/visma/callback";

    private readonly FakeVisma _visma;
    private readonly FakeClient _client;
    private readonly FakeUser _user;

    private FakeCustomer(FakeVisma visma)
    {
        _visma = visma;
        _client = visma.AddClient("isv_acme_web", "business-graphql-api:access-group-based", "offline_access").AllowRedirectTo(RedirectUri);
        _client.RefreshTokens = FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60));
        _user = visma.AddUser("Kari Nordmann", visma.AddCompany("Nordlys Bakeri AS"));
    }

    public static TokenKey Key { get; } = TokenKey.ForConnection("nxt", "customer-42");

    public static async Task<FakeCustomer> StartAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine("Starting FakeVisma, a test server on this machine.");
        return new FakeCustomer(await FakeVisma.StartAsync(cancellationToken: cancellationToken));
    }

    public void Configure(VismaConnectOptions options)
    {
        VismaClientOptions client = _client.ToOptions();
        client.RedirectUri = RedirectUri;
        client.GracePeriod = TimeSpan.FromSeconds(60);
        options.Clients[Key.Client] = client;
        _visma.Configure(options);
    }

    /// <summary>The consent as in a web application: the browser opens the address and returns with the answer.</summary>
    public async Task<VismaConnection> ConnectAsync(VismaConnections connections, CancellationToken cancellationToken)
    {
        AuthorizationRequest start = connections.Begin(Key.Client, Key.Connection!);
        FakeCallback callback = await _visma.SignInAsync(start.Url, _user, company: null, cancellationToken);
        return await connections.CompleteAsync(start, AuthorizationResponse.FromUri(callback.Uri), cancellationToken);
    }

    public ValueTask DisposeAsync() => _visma.DisposeAsync();
}
