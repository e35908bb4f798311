using Visma.Connect.Sdk;
using Visma.Connect.Sdk.Testing;

namespace QuickStart;

/// <summary>A FakeVisma with three companies, to try the sample without credentials.</summary>
internal sealed class FakeCompanies : IAsyncDisposable
{
    private readonly FakeVisma _visma;
    private readonly FakeClient _client;

    private FakeCompanies(FakeVisma visma)
    {
        _visma = visma;
        _client = visma.AddClient("isv_acme_service", "vismanet_erp_service_api:read");
        Companies = [Add("Nordlys Bakeri AS", 12), Add("Fjellheim Bygg AS", 7), Add("Havn & Sønn AS", 31)];
    }

    public IReadOnlyList<Company> Companies { get; }

    public static async Task<FakeCompanies> StartAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine("No settings: starting FakeVisma, a test server on this machine. --help shows the settings to run against Visma.");
        Console.WriteLine();
        return new FakeCompanies(await FakeVisma.StartAsync(cancellationToken: cancellationToken));
    }

    public void Configure(VismaConnectOptions options)
    {
        options.Clients["erp"] = new VismaClientOptions
        {
            ClientId = _client.ClientId,
            ClientSecret = _client.Secret,
            Scopes = { "vismanet_erp_service_api:read" },
        };
        _visma.Configure(options);
    }

    private Company Add(string name, int customers) => new(name, _visma.AddCompany(name, customers).Grant(_client).TenantId);

    public async ValueTask DisposeAsync()
    {
        Console.WriteLine($"The token endpoint was asked {_visma.TokenEndpoint.Requests.Count} times, the ERP {_visma.NetErpEndpoint.Requests.Count} times.");
        await _visma.DisposeAsync();
    }
}
