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
                options.Clients["nxt"] = new VismaClientOptions { ClientId = "isv_nxt", ClientSecret = "nxt-secret", TenantUse = TenantUse.None };
                options.Apis["Mine"] = new VismaApiOptions { BaseAddress = new Uri("https://mine.example/api/"), ServiceScopes = { "mine:all" } };
            });
            services.AddHttpClient("nxt").AddVismaToken("Mine", "nxt").AssumePrimaryHandlerNeverRedirects().ConfigurePrimaryHttpMessageHandler(() =>
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

        Assert.Contains("AssumePrimaryHandlerNeverRedirects", error.Message, StringComparison.Ordinal);
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
    public async Task Token_requests_can_have_a_transport_of_their_own()
    {
        MockHttpMessageHandler mine = new();
        mine.Expect(HttpMethod.Post, "*/connect/token").Respond("application/json", """{"access_token":"m0ck","token_type":"Bearer","expires_in":60}""");
        await using TestApp app = await TestApp.StartAsync(services: services => services.AddVismaConnect(_ => { }).ConfigureTokenRequests(
            http => http.AssumePrimaryHandlerNeverRedirects().UsePrimaryHandler(mine)));

        AccessToken token = await app.GetTokenAsync(app.AddCompany());

        Assert.Equal("m0ck", token.Value);
    }

    [Fact]
    public async Task Vouching_for_a_handler_does_not_leave_its_cookies_and_redirects_on()
    {
        using SocketsHttpHandler vouched = new();
        await using TestApp app = await TestApp.StartAsync(http: http => http.AssumePrimaryHandlerNeverRedirects().UsePrimaryHandler(vouched));

        (await app.SendAsync(app.AddCompany())).Dispose();

        Assert.False(vouched.UseCookies);
        Assert.False(vouched.AllowAutoRedirect);
        Assert.Throws<InvalidOperationException>(
            () => new ServiceCollection().ConfigureHttpClientDefaults(http => http.AssumePrimaryHandlerNeverRedirects()));
    }

    [Fact]
    public async Task Transport_of_token_requests_that_may_redirect_is_refused()
    {
        await using TestApp app = await TestApp.StartAsync(services: services => services.AddVismaConnect(_ => { }).ConfigureTokenRequests(
            http => http.UsePrimaryHandler(new MockHttpMessageHandler())));

        await Assert.ThrowsAsync<InvalidOperationException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());
    }

    [Fact]
    public async Task Every_way_of_naming_a_company_gets_the_same_token()
    {
        await using TestApp app = await TestApp.StartAsync(client => client.Scopes.Clear());
        app.TokenEndpoint.Script = _ => FakeReply.Status(HttpStatusCode.OK, """{"access_token":"t0ken","token_type":"Bearer","expires_in":3600}""");
        FakeCompany company = app.AddCompany();

        (await app.SendAsync(company)).Dispose();
        (await app.Erp.SendAsync(new HttpRequestMessage(HttpMethod.Get, "customer").SetTokenKey(TestApp.KeyOf(company)), TestApp.Cancellation)).Dispose();
        await app.GetTokenAsync(company);

        Assert.Equal(VismaApi.NetErp.ServiceScopes, Assert.Single(app.TokenEndpoint.Requests).Form["scope"].Split(' '));
    }

    [Fact]
    public async Task No_built_in_api_of_a_faked_application_is_a_real_one()
    {
        await using TestApp app = await TestApp.StartAsync(services: services => services
            .AddHttpClient("sales")
            .AddVismaToken(VismaApi.SalesOrders, "erp"));

        HttpClient sales = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("sales");

        Assert.True(sales.BaseAddress!.IsLoopback);
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

        Microsoft.Extensions.Options.OptionsValidationException error =
            Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => app.Erp);

        Assert.Equal("AddVismaToken of HttpClient 'erp' was called more than once. Use an HttpClient of another name for the other API or client.", error.Message);
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
    public async Task Application_that_removes_all_handlers_does_not_remove_the_token()
    {
        await using TestApp app = await TestApp.StartAsync(http: http => http.ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear()));

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Token_source_of_the_application_replaces_the_librarys()
    {
        await using TestApp app = await TestApp.StartAsync(services: services =>
            services.AddSingleton<ITokenSource>(new FixedTokenSource("f1xed")));

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany());

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer f1xed", Assert.Single(app.Visma.NetErpEndpoint.Requests).Authorization);
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
