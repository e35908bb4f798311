using Visma.Connect.Sdk;
using Visma.Connect.Sdk.Testing;

namespace FakeVismaHost;

/// <summary>A FakeVisma whose clients, secrets and companies are the same after each start.</summary>
internal static class FixedVisma
{
    /// <summary>The secret of each client. It opens nothing but this server on this machine.</summary>
    private const string Secret = "fake-visma-secret";

    /// <summary>Adds the clients, the companies and the users, and returns the settings of an application that uses them.</summary>
    public static VismaConnectOptions Fill(FakeVisma visma, IReadOnlyList<string> redirectUris)
    {
        VismaConnectOptions options = new();
        visma.Configure(options);

        FakeClient service = AddService("erp", VismaApi.NetErp);
        AddUserClient("erp-user", VismaApi.NetErp);
        AddUserClient("eaccounting", VismaApi.EAccounting);
        AddUserClient("dinero", VismaApi.Dinero);
        AddUserClient("nxt", VismaApi.BusinessNxt);

        FakeCompany nordlys = visma.AddCompany("Nordlys Bakeri AS", customers: 12, "0a000000-0000-0000-0000-000000000001").Grant(service);
        FakeCompany fjellheim = visma.AddCompany("Fjellheim Bygg AS", customers: 7, "0a000000-0000-0000-0000-000000000002").Grant(service);
        visma.AddUser("Kari Nordmann", nordlys);
        visma.AddUser("Ola Hansen", fjellheim, nordlys);
        return options;

        FakeClient AddService(string name, VismaApi api) => Add(name, visma.AddClient($"isv_fake_{name}", api.ServiceScopes), api);

        void AddUserClient(string name, VismaApi api)
        {
            FakeClient client = visma.AddClient($"isv_fake_{name}", api.UserScopes.Append("offline_access").Distinct()).AllowRedirectTo(redirectUris);
            client.RefreshTokens = FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60));
            Add(name, client, api);
        }

        FakeClient Add(string name, FakeClient client, VismaApi api)
        {
            client.AddSecret(Secret);
            VismaClientOptions settings = client.ToOptions();
            settings.Authority = api.Authority;
            options.Clients[name] = settings;
            return client;
        }
    }
}
