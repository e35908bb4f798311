using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RichardSzalay.MockHttp;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

public class AddVismaTokenTests
{
    [Fact]
    public async Task Base_address_is_the_apis_where_there_is_none()
    {
        await using TestApp app = await TestApp.StartAsync();

        Assert.Equal(app.Visma.NetErp.BaseAddress, app.Erp.BaseAddress);
    }

    [Fact]
    public async Task Base_address_of_the_application_stays()
    {
        await using TestApp app = await TestApp.StartAsync(http: http => http.ConfigureHttpClient(client => client.BaseAddress = new Uri("https://mine.example/")));

        Assert.Equal(new Uri("https://mine.example/"), app.Erp.BaseAddress);
    }

    [Fact]
    public async Task Second_client_takes_its_tokens_to_its_own_api()
    {
        await using TestApp app = await TestApp.StartAsync(services: services =>
        {
            services.AddVismaConnect(options =>
            {
                options.Clients["nxt"] = new VismaClientOptions { ClientId = "isv_nxt", ClientSecret = "nxt-secret", Tenant = TenantUse.None };
                options.Apis["Mine"] = new VismaApiOptions { BaseAddress = new Uri("https://mine.example/api/"), ServiceScopes = { "mine:all" } };
            });
            services.AddHttpClient("nxt").AddVismaToken("Mine", "nxt").PrimaryHandlerNeverRedirects().ConfigurePrimaryHttpMessageHandler(() =>
            {
                MockHttpMessageHandler mine = new();
                mine.Expect(HttpMethod.Get, "https://mine.example/api/things").WithHeaders("Authorization", "Bearer nxt-token").Respond(HttpStatusCode.OK);
                return mine;
            });
        });
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, """{"access_token":"nxt-token","token_type":"Bearer","expires_in":60}"""));
        HttpClient nxt = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("nxt");

        using HttpResponseMessage response = await nxt.GetAsync("things", TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        FakeRequest request = Assert.Single(app.TokenEndpoint.Requests);
        Assert.Equal("isv_nxt", request.Form["client_id"]);
        Assert.Equal("mine:all", request.Form["scope"]);
        Assert.False(request.Form.ContainsKey("tenant_id"));
    }

    [Fact]
    public async Task Primary_handler_of_an_unknown_kind_is_refused_with_the_remedy()
    {
        await using TestApp app = await TestApp.StartAsync(http: http => http.UsePrimaryHandler(new MockHttpMessageHandler()));

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => app.Erp);

        Assert.Contains("PrimaryHandlerNeverRedirects", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Primary_handler_that_is_in_use_and_redirects_is_refused()
    {
        await using FakeVisma elsewhere = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        using SocketsHttpHandler shared = new();
        using HttpClient other = new(shared, disposeHandler: false);
        (await other.GetAsync(elsewhere.Address, TestApp.Cancellation)).Dispose();
        await using TestApp app = await TestApp.StartAsync(http: http => http.UsePrimaryHandler(shared));

        Assert.Throws<InvalidOperationException>(() => app.Erp);
    }

    [Fact]
    public async Task Primary_handler_that_two_HttpClients_share_is_taken_by_both()
    {
        using SocketsHttpHandler shared = new();
        await using TestApp app = await TestApp.StartAsync(
            services: services => services.AddHttpClient("erp2").AddVismaToken(VismaApi.NetErp, "erp").UsePrimaryHandler(shared),
            http: http => http.UsePrimaryHandler(shared));
        FakeCompany company = app.AddCompany();
        (await app.SendAsync(company)).Dispose();

        using HttpResponseMessage response = await app.Services.GetRequiredService<IHttpClientFactory>()
            .CreateClient("erp2")
            .SendAsync(TestApp.Request(company), TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public void Tokens_are_not_for_the_defaults_of_all_HttpClients()
    {
        ServiceCollection services = new();

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => services.ConfigureHttpClientDefaults(http => http.AddVismaToken(VismaApi.NetErp, "erp")));

        Assert.Contains("one HttpClient at a time", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Second_AddVismaToken_on_an_HttpClient_is_told()
    {
        await using TestApp app = await TestApp.StartAsync(http: http => http.AddVismaToken(VismaApi.NetErp, "erp"));

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => app.Erp);

        Assert.Contains("twice for HttpClient 'erp'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handlers_of_the_application_do_not_see_the_token()
    {
        List<bool> seen = [];
        await using TestApp app = await TestApp.StartAsync(
            services: services => services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new PeekHandler(seen))),
            http: http => http.AddHttpMessageHandler(() => new PeekHandler(seen)));

        (await app.SendAsync(app.AddCompany())).Dispose();

        Assert.Equal([false, false, false, false], seen);
    }

    [Fact]
    public async Task Token_source_of_the_application_replaces_the_librarys()
    {
        await using TestApp app = await TestApp.StartAsync(services: services =>
            services.AddSingleton<ITokenSource>(new FixedTokenSource("f1xed")));

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany());

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer f1xed", Assert.Single(app.Visma.NetErpApi.Requests).Authorization);
        Assert.Empty(app.TokenEndpoint.Requests);
    }

    private sealed class PeekHandler(List<bool> seen) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            seen.Add(request.Headers.Authorization is not null);
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            seen.Add(request.Headers.Authorization is not null || response.RequestMessage?.Headers.Authorization is not null);
            return response;
        }
    }
}
