using Visma.Connect.Sdk;
using Visma.Connect.Sdk.Testing;

namespace VniMigration;

/// <summary>A FakeVisma with both servers, one company, and the user who consented at VNI.</summary>
internal sealed class FakeServers : IAsyncDisposable
{
    private readonly FakeVisma _visma;
    private readonly FakeClient _vniClient;
    private readonly FakeClient _connectClient;
    private readonly FakeCompany _company;
    private readonly FakeUser _user;

    private FakeServers(FakeVisma visma)
    {
        _visma = visma;
        _vniClient = visma.AddClient("acme_vni", "financialstasks").AllowRedirectTo("http://127.0.0.1/signed-in");
        _connectClient = visma.AddClient("isv_acme_service", "vismanet_erp_service_api:read");
        _company = visma.AddCompany("Fjellheim Bygg AS", customers: 7);
        _user = visma.AddUser("Integration User", _company);
    }

    public string CompanyName => _company.Name;

    public static async Task<FakeServers> StartAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine("Starting FakeVisma, a test server on this machine.");
        return new FakeServers(await FakeVisma.StartAsync(cancellationToken: cancellationToken));
    }

    public void Configure(VismaConnectOptions options)
    {
        VismaClientOptions vni = _vniClient.ToOptions();
        vni.Authority = VismaAuthority.Vni.Name;
        options.Clients["vni"] = vni;
        options.Clients["connect"] = _connectClient.ToOptions();
        options.AllowLegacyVni = true;
        options.AllowConnectionsInMemory = true;
        _visma.Configure(options);
    }

    /// <summary>Clicks through the login pages, as a user would.</summary>
    public async Task ClickAsync(Uri url, CancellationToken cancellationToken)
    {
        FakeCallback callback = await _visma.SignInAsync(url, _user, company: null, cancellationToken);
        using HttpClient browser = new();
        (await callback.SendAsync(browser, cancellationToken)).Dispose();
    }

    /// <summary>Approves the application, as an administrator of the company does in Visma App Store. Returns the tenant id.</summary>
    public string Approve() => _company.Grant(_connectClient).TenantId;

    public ValueTask DisposeAsync() => _visma.DisposeAsync();
}
