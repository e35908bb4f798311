using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

/// <summary>The README's code for user integrations, run for each of the four APIs.</summary>
public class ReadmeUserTests
{
    [Fact]
    public async Task Users_connect_each_of_the_four_apis_with_the_readmes_lines()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        FakeCompany company = visma.AddCompany("Acme AS");
        FakeUser user = visma.AddUser("Kari Nordmann", company);
        ServiceCollection services = new();
        ReadmeExamples.HttpClientsOfUsers(services);
        services.AddHttpClient<ErpClient>().AddVismaToken(VismaApi.NetErp, client: "erp-user");
        services.AddVismaConnect(options =>
        {
            Add(options, visma, "eaccounting", "EAccounting", "ea:api", "ea:sales", "offline_access");
            Add(options, visma, "dinero", "VismaConnect", "dineropublicapi:read", "offline_access");
            Add(options, visma, "nxt", "VismaConnect", "openid", "email", "business-graphql-api:access-group-based", "offline_access");
            Add(options, visma, "erp-user", "VismaConnect", "vismanet_erp_interactive_api:read", "offline_access");
            options.AllowConnectionsInMemory = true;
            visma.Configure(options);
        });
        await using ServiceProvider provider = services.BuildServiceProvider(validateScopes: true);
        VismaConnections connections = provider.GetRequiredService<VismaConnections>();

        foreach (string client in (string[])["dinero", "nxt", "erp-user"])
        {
            AuthorizationRequest start = connections.Begin(client, "customer-42");
            FakeCallback callback = await visma.SignInAsync(start.Url, user, company, TestApp.Cancellation);
            await connections.CompleteAsync(start, AuthorizationResponse.FromUri(callback.Uri), TestApp.Cancellation);
        }

        Dictionary<string, string> session = [];
        FakeCallback back = await visma.SignInAsync(new Uri(ReadmeExamples.BeginConsent(connections, session)), user, company, TestApp.Cancellation);
        VismaConnection connected = await ReadmeExamples.CompleteConsentAsync(connections, session, back.Uri.Query, TestApp.Cancellation);

        Assert.Equal(["EAccounting"], connected.Apis);
        HttpStatusCode[] answers = await ReadmeExamples.CallsOfUsersAsync(provider.GetRequiredService<IHttpClientFactory>(), company.OrganizationId, TestApp.Cancellation);
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer));
        await ReadmeExamples.OfOneConnectionAsync(
            provider.GetRequiredService<VismaClientFactory<ErpClient>>(),
            provider.GetRequiredService<ITokenSource>(),
            TestApp.Cancellation);
        Disconnection end = await ReadmeExamples.AllConnectionsAsync(connections, TestApp.Cancellation);
        Assert.Equal((true, null), (end.WasConnected, end.RevocationFailure));
    }

    private static void Add(VismaConnectOptions options, FakeVisma visma, string name, string authority, params string[] scopes)
    {
        VismaClientOptions client = visma.AddClient("isv_" + name, scopes).AllowRedirectTo("https://acme.example/visma/callback").ToOptions();
        client.Authority = authority;
        options.Clients[name] = client;
    }
}
