using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

/// <summary>The README's code, so that it compiles; <see cref="ReadmeTests"/> compares the two, line by line.</summary>
internal static class ReadmeExamples
{
    public static async Task WhoseTokenAsync(
        HttpClient http,
        VismaClients<ErpClient> clients,
        ITokenSource tokens,
        string tenantId,
        CancellationToken cancellationToken)
    {
        HttpRequestMessage request = new(HttpMethod.Get, "customer");
        request.SetTenant(tenantId);
        using HttpResponseMessage response = await http.SendAsync(request, cancellationToken);

        ErpClient erp = clients.ForTenant(tenantId);

        AccessToken token = await tokens.GetTokenAsync(TokenKey.ForTenant("erp", tenantId), cancellationToken);

        TokenKey noTenant = TokenKey.ForClient("nxt");

        request.SetTokenKey(TokenKey.ForTenant("erp", tenantId).WithScopes("vismanet_erp_service_api:read"));

        Console.WriteLine($"{erp} {token} {noTenant}");
    }

    public static async Task WithoutContainerAsync(string clientId, string clientSecret, string tenantId, CancellationToken cancellationToken)
    {
        using VismaConnectClient visma = new(new VismaClientOptions { ClientId = clientId, ClientSecret = clientSecret });
        TokenResponse answer = await visma.RequestClientCredentialsTokenAsync(
            new ClientCredentialsRequest { TenantId = tenantId },
            cancellationToken);

        Console.WriteLine(answer);
    }

    public static async Task YourTestsAsync(IServiceCollection services)
    {
        await using FakeVisma visma = await FakeVisma.StartAsync();
        FakeClient application = visma.AddClient("isv_acme_service", "vismanet_erp_service_api:read");
        FakeCompany company = visma.AddCompany("Acme AS").Grant(application);
        services.AddVismaConnect(options =>
        {
            options.Clients["erp"] = application.ToOptions();
            visma.Configure(options);
        });

        visma.TokenEndpoint.AnswerNext(FakeReply.Busy(retryAfter: "30"));
        visma.NetErpEndpoint.AnswerNext(FakeReply.Drop);

        Console.WriteLine(company.TenantId);
    }

    public static int Webhook(string subscriptionSecret, byte[] body, (Dictionary<string, string> Headers, string Path) request)
    {
        WebhookReader reader = new(subscriptionSecret);
        WebhookEvent? received = reader.Read(body, request.Headers[WebhookReader.SignatureHeader]);
        if (received is null)
        {
            return 401;
        }

        if (received.TryGetTableChange(out TableChange? change))
        {
            Console.WriteLine($"{change.Event} in table {change.TableIdentifier} of company {change.CompanyNo}");
        }

        return 202;
    }
}
