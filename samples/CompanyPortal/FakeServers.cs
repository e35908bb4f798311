using System.Security.Cryptography;
using Visma.Connect.Sdk;
using Visma.Connect.Sdk.Testing;

namespace CompanyPortal;

/// <summary>A FakeVisma with the companies of both customers, to try the portal without credentials.</summary>
/// <remarks>Its access tokens expire after five seconds, so that renewals happen. It forgets everything when the portal ends.</remarks>
internal sealed class FakeServers : IAsyncDisposable
{
    private readonly FakeVisma _visma;
    private readonly Dictionary<string, FakeClient> _clients = [];

    private FakeServers(FakeVisma visma, PortalSettings settings)
    {
        _visma = visma;
        foreach (Product product in Product.All)
        {
            FakeClient client = visma.AddClient($"isv_acme_{product.Client}", [.. product.Api.UserScopes.Append("offline_access").Distinct()]);
            client.RefreshTokens = FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60));
            client.TokenLifetime = TimeSpan.FromSeconds(5);
            _clients[product.Client] = client.AllowRedirectTo(settings.Callback.AbsoluteUri);
        }

        FakeCompany nordlys = visma.AddCompany("Nordlys Bakeri AS", customers: 12);
        FakeCompany fjellheim = visma.AddCompany("Fjellheim Bygg AS", customers: 7);
        visma.AddUser("Kari Nordmann", nordlys);
        visma.AddUser("Ola Hansen", fjellheim, visma.AddCompany("Fjellheim Eiendom AS", customers: 2));
    }

    public string WebhookSecret { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    public static async Task<FakeServers> StartAsync(PortalSettings settings, CancellationToken cancellationToken)
    {
        Console.WriteLine("Starting FakeVisma, a test server on this machine. --help shows the settings to run against Visma.");
        return new FakeServers(await FakeVisma.StartAsync(cancellationToken: cancellationToken), settings);
    }

    public void Configure(VismaConnectOptions options)
    {
        foreach (Product product in Product.All)
        {
            VismaClientOptions client = _clients[product.Client].ToOptions();
            client.Authority = product.Api.Authority;
            options.Clients[product.Client] = client;
        }

        options.Webhooks.Secrets.Add(WebhookSecret);
        _visma.Configure(options);
    }

    /// <summary>Withdraws the consents for a product, as users can do at Visma: the next call finds out that the connection has ended.</summary>
    public void WithdrawConsents(Product product) => _visma.RevokeGrants(_clients[product.Client]);

    public ValueTask DisposeAsync() => _visma.DisposeAsync();
}
