using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>Keys and bound clients that an application keeps, and tenants that follow each other: each call gets the current token of its own key.</summary>
public class KeptKeyTests
{
    // The tenant ids agree in all characters that the places of recent tenants are chosen by.
    [Fact]
    public async Task Tenants_whose_ids_look_alike_get_their_own_tokens()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany[] companies = [.. Enumerable.Range(0, 4).Select(number =>
            app.Visma.AddCompany($"Company {number}", tenantId: $"aaaaaaaa-{number}aaa-4aaa-8aaa-aaaaaaaaaaaa").Grant(app.Client))];

        for (int call = 0; call < 20; call++)
        {
            FakeCompany company = companies[(call * (call + 1)) / 2 % 4];
            using HttpResponseMessage first = await app.SendAsync(company);
            using HttpResponseMessage second = await app.SendAsync(company);

            Assert.Equal((await app.GetTokenAsync(company)).AuthorizationHeader, app.Visma.NetErpEndpoint.Requests[^1].Authorization);
            Assert.Contains(company.Name, await second.Content.ReadAsStringAsync(TestApp.Cancellation), StringComparison.Ordinal);
        }

        Assert.Equal(4, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Key_that_two_applications_use_gives_each_its_own_token()
    {
        await using TestApp one = await TestApp.StartAsync();
        await using TestApp other = await TestApp.StartAsync();
        FakeCompany company = one.AddCompany();
        other.Visma.AddCompany("Acme AS", tenantId: company.TenantId).Grant(other.Client);
        TokenKey key = TestApp.KeyOf(company);

        AccessToken ofOne = await one.Tokens.GetTokenAsync(key, TestApp.Cancellation);
        AccessToken ofOther = await other.Tokens.GetTokenAsync(key, TestApp.Cancellation);

        Assert.NotEqual(ofOne.AuthorizationHeader, ofOther.AuthorizationHeader);
        Assert.Same(ofOne, await one.Tokens.GetTokenAsync(key, TestApp.Cancellation));
        Assert.Same(ofOther, await other.Tokens.GetTokenAsync(key, TestApp.Cancellation));
    }

    [Fact]
    public async Task Kept_key_of_a_connection_gets_no_token_after_the_user_is_disconnected()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        ITokenSource tokens = process.Services.GetRequiredService<ITokenSource>();
        await app.ConnectAsync(process);
        AccessToken before = await tokens.GetTokenAsync(UserApp.Key, TestApp.Cancellation);
        Assert.Same(before, await tokens.GetTokenAsync(UserApp.Key, TestApp.Cancellation));

        await process.Connections.DisconnectAsync("nxt", UserApp.Key.Connection!, TestApp.Cancellation);

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => tokens.GetTokenAsync(UserApp.Key, TestApp.Cancellation).AsTask());
        await app.ConnectAsync(process);
        Assert.NotEqual(before.AuthorizationHeader, (await tokens.GetTokenAsync(UserApp.Key, TestApp.Cancellation)).AuthorizationHeader);
    }

    [Fact]
    public async Task Kept_key_gets_a_new_token_after_its_old_one_was_dropped()
    {
        await using TestApp app = await TestApp.StartAsync();
        TokenKey key = TestApp.KeyOf(app.AddCompany());
        AccessToken before = await app.Tokens.GetTokenAsync(key, TestApp.Cancellation);
        app.Time.Advance(TimeSpan.FromHours(2));
        await app.GetTokenAsync(app.AddCompany());

        AccessToken after = await app.Tokens.GetTokenAsync(key, TestApp.Cancellation);

        Assert.NotSame(before, after);
        Assert.Same(after, await app.Tokens.GetTokenAsync(TokenKey.ForTenant(key.Client, key.TenantId!), TestApp.Cancellation));
    }

    // Without log handlers, nothing is between the handler of the bound client and the handler of the tokens.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bound_clients_without_handlers_between_carry_their_own_tokens(bool isDirect)
    {
        await using TestApp app = await StartAsync(isDirect);
        (FakeCompany acme, FakeCompany bond) = (app.AddCompany("Acme AS"), app.AddCompany("Bond AS"));
        VismaClientFactory<ErpOfTenant> clients = app.Services.GetRequiredService<VismaClientFactory<ErpOfTenant>>();
        (ErpOfTenant ofAcme, ErpOfTenant ofBond) = (clients.ForTenant(acme.TenantId), clients.ForTenant(bond.TenantId));

        for (int call = 0; call < 3; call++)
        {
            Assert.Contains("Acme AS", await ofAcme.Http.GetStringAsync("customer", TestApp.Cancellation), StringComparison.Ordinal);
            Assert.Contains("Bond AS", await ofBond.Http.GetStringAsync("customer", TestApp.Cancellation), StringComparison.Ordinal);
        }

        app.Time.Advance(TimeSpan.FromMinutes(2));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.Unauthorized));
        Assert.Contains("Acme AS", await ofAcme.Http.GetStringAsync("customer", TestApp.Cancellation), StringComparison.Ordinal);
        Assert.Equal((await app.GetTokenAsync(acme)).AuthorizationHeader, app.Visma.NetErpEndpoint.Requests[^1].Authorization);
        Assert.Equal(3, app.TokenEndpoint.Requests.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bound_client_sends_nothing_for_a_request_that_names_another_tenant(bool isDirect)
    {
        await using TestApp app = await StartAsync(isDirect);
        (FakeCompany acme, FakeCompany bond) = (app.AddCompany("Acme AS"), app.AddCompany("Bond AS"));
        ErpOfTenant ofAcme = app.Services.GetRequiredService<VismaClientFactory<ErpOfTenant>>().ForTenant(acme.TenantId);
        using HttpRequestMessage request = TestApp.Request(bond);

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => ofAcme.Http.SendAsync(request, TestApp.Cancellation));

        Assert.Contains("names another token", failure.Message, StringComparison.Ordinal);
        Assert.Empty(app.Visma.NetErpEndpoint.Requests);
    }

    private static Task<TestApp> StartAsync(bool isDirect) => TestApp.StartAsync(services: services =>
    {
        IHttpClientBuilder http = services.AddHttpClient<ErpOfTenant>();
        http.AddVismaToken(VismaApi.NetErp, "erp");
        if (isDirect)
        {
            http.RemoveAllLoggers();
        }
    });

    private sealed class ErpOfTenant(HttpClient http)
    {
        public HttpClient Http => http;
    }
}
