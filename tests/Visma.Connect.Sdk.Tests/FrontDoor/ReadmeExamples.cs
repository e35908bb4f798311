using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

/// <summary>The code of the README, so that it is compiled. <see cref="ReadmeTests"/> compares the two line by line.</summary>
internal static class ReadmeExamples
{
    public static async Task WhoseTokenAsync(
        HttpClient http,
        VismaClientFactory<ErpClient> clients,
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

    public static void HttpClientsOfUsers(IServiceCollection services)
    {
        services.AddHttpClient("eaccounting").AddVismaToken(VismaApi.EAccounting, client: "eaccounting");
        services.AddHttpClient("dinero").AddVismaToken(VismaApi.Dinero, client: "dinero");
        services.AddHttpClient("nxt").AddVismaToken(VismaApi.BusinessNxt, client: "nxt");
        services.AddHttpClient("erp-user").AddVismaToken(VismaApi.NetErp, client: "erp-user");
    }

    public static string BeginConsent(VismaConnections connections, Dictionary<string, string> session)
    {
        AuthorizationRequest start = connections.Begin("eaccounting", "customer-42", new() { SelectCompany = true });
        session[$"visma {start.State}"] = start.ToJson();
        string sendTheBrowserTo = start.Url.AbsoluteUri;

        return sendTheBrowserTo;
    }

    public static async Task<VismaConnection> CompleteConsentAsync(
        VismaConnections connections,
        Dictionary<string, string> session,
        string queryOfTheCallback,
        CancellationToken cancellationToken)
    {
        AuthorizationResponse callback = AuthorizationResponse.FromQuery(queryOfTheCallback);
        session.TryGetValue($"visma {callback.State}", out string? stored);
        VismaConnection connected = await connections.CompleteAsync(AuthorizationRequest.FromJson(stored), callback, cancellationToken);

        return connected;
    }

    public static async Task<VismaConnection> ConsentOnTheDesktopAsync(BrowserSignIn signIn, CancellationToken cancellationToken)
    {
        VismaConnection connection = await signIn.ConnectAsync("eaccounting", "customer-42", cancellationToken: cancellationToken);

        return connection;
    }

    public static async Task<HttpStatusCode[]> CallsOfUsersAsync(IHttpClientFactory http, string organizationId, CancellationToken cancellationToken)
    {
        HttpClient eAccounting = http.CreateClient("eaccounting");
        using HttpRequestMessage settings = new HttpRequestMessage(HttpMethod.Get, "companysettings").SetConnection("customer-42");
        using HttpResponseMessage company = await eAccounting.SendAsync(settings, cancellationToken);

        HttpClient dinero = http.CreateClient("dinero");
        using HttpRequestMessage contacts = new HttpRequestMessage(HttpMethod.Get, $"{organizationId}/contacts").SetConnection("customer-42");
        using HttpResponseMessage people = await dinero.SendAsync(contacts, cancellationToken);

        HttpClient nxt = http.CreateClient("nxt");
        using HttpRequestMessage query = new HttpRequestMessage(HttpMethod.Post, "") { Content = JsonContent.Create(new { query = "{ availableCompanies { items { name } } }" }) };
        using HttpResponseMessage answer = await nxt.SendAsync(query.SetConnection("customer-42"), cancellationToken);

        HttpClient erp = http.CreateClient("erp-user");
        using HttpRequestMessage customers = new HttpRequestMessage(HttpMethod.Get, "customer").SetConnection("customer-42");
        using HttpResponseMessage list = await erp.SendAsync(customers, cancellationToken);

        return [company.StatusCode, people.StatusCode, answer.StatusCode, list.StatusCode];
    }

    public static async Task<AccessToken> OfOneConnectionAsync(VismaClientFactory<ErpClient> clients, ITokenSource tokens, CancellationToken cancellationToken)
    {
        ErpClient bound = clients.ForConnection("customer-42");
        AccessToken userToken = await tokens.GetTokenAsync(TokenKey.ForConnection("erp-user", "customer-42"), cancellationToken);

        Console.WriteLine(bound);
        return userToken;
    }

    public static void ObserveEnds(IServiceCollection services)
    {
        services.AddVismaConnect().OnReauthorizationRequired((ended, provider, cancellationToken) =>
            provider.GetRequiredService<Mail>().SendAsync($"Please connect again: {string.Join(", ", ended.Connections.Select(one => one.Name))}", cancellationToken));
    }

    public static async Task<Disconnection> AllConnectionsAsync(VismaConnections connections, CancellationToken cancellationToken)
    {
        await foreach (VismaConnection one in connections.ListAsync(cancellationToken))
        {
            Console.WriteLine($"{one.Name} {string.Join(", ", one.Apis)} {one.State} since {one.StateSince:u}");
        }

        Disconnection end = await connections.DisconnectAsync("eaccounting", "customer-42", cancellationToken);

        return end;
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

    public sealed class Mail
    {
        public List<string> Sent { get; } = [];

        public Task SendAsync(string text, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Sent.Add(text);
            return Task.CompletedTask;
        }
    }
}
