using Visma.Connect.Sdk;
using Visma.Connect.Sdk.Testing;

namespace ConnectCompany;

/// <summary>A FakeVisma with one company and one user, to try the sample without credentials. Its access tokens expire after three seconds.</summary>
internal sealed class FakeServers : IAsyncDisposable
{
    private readonly FakeVisma _visma;
    private readonly FakeClient _client;
    private readonly FakeUser _user;
    private readonly VismaApi _api;

    private FakeServers(FakeVisma visma, VismaApi api)
    {
        _visma = visma;
        _api = api;
        _client = visma.AddClient("isv_acme_desktop", [.. api.UserScopes.Append("offline_access").Distinct()]).AllowRedirectTo("http://127.0.0.1/signed-in");
        _client.TokenLifetime = TimeSpan.FromSeconds(3);
        _client.RefreshTokens = FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60));
        _user = visma.AddUser("Kari Nordmann", visma.AddCompany("Nordlys Bakeri AS", customers: 12));
    }

    public static async Task<FakeServers> StartAsync(VismaApi api, CancellationToken cancellationToken)
    {
        Console.WriteLine("No settings: starting FakeVisma, a test server on this machine. --help shows the settings to run against Visma.");
        return new FakeServers(await FakeVisma.StartAsync(cancellationToken: cancellationToken), api);
    }

    public void Configure(VismaConnectOptions options)
    {
        VismaClientOptions client = _client.ToOptions();
        client.Authority = _api.Authority;
        options.Clients["app"] = client;
        _visma.Configure(options);
    }

    /// <summary>Clicks through the login pages, as a user would.</summary>
    public async Task ClickAsync(Uri url, CancellationToken cancellationToken)
    {
        FakeCallback callback = await _visma.SignInAsync(url, _user, company: null, cancellationToken);
        using HttpClient browser = new();
        (await callback.SendAsync(browser, cancellationToken)).Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Console.WriteLine($"Refresh tokens that were spent twice: {_visma.NeedlessReplays.Count}");
        await _visma.DisposeAsync();
    }
}
