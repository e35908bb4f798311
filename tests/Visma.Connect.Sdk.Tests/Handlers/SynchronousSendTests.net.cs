using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Handlers;

// netstandard2.0 has no HttpClient.Send to override.
public class SynchronousSendTests
{
    [Fact]
    public async Task Synchronous_Send_is_refused_where_calls_may_wait()
    {
        await using TestApp app = await TestApp.StartAsync(http: http => http.AddVismaResilience());
        using HttpRequestMessage request = TestApp.Request(app.AddCompany());

        NotSupportedException refused = Assert.Throws<NotSupportedException>(() => app.Erp.Send(request, TestApp.Cancellation));

        Assert.Contains("SendAsync", refused.Message, StringComparison.Ordinal);
        Assert.Empty(app.Visma.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Synchronous_send_takes_a_token_that_is_at_hand()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);
        using HttpRequestMessage request = TestApp.Request(company);

        using HttpResponseMessage response = app.Erp.Send(request, TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Null(request.Headers.Authorization);
    }

    [Fact]
    public async Task Synchronous_send_without_a_token_is_not_supported_and_says_what_to_do()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();

        NotSupportedException error = Assert.Throws<NotSupportedException>(() => app.Erp.Send(TestApp.Request(company), TestApp.Cancellation));

        Assert.Contains("SendAsync", error.Message, StringComparison.Ordinal);
        Assert.Empty(app.Visma.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Synchronous_send_to_an_address_outside_of_the_path_of_the_api_is_a_warning()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);

        using HttpResponseMessage response = app.Erp.Send(TestApp.Request(company, path: "/customer"), TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Single(app.Log.Lines, line => line.Contains("is outside of the path", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Synchronous_send_with_a_header_of_the_application_that_is_refused_is_a_warning()
    {
        await using TestApp app = await TestApp.StartAsync(http: http => http.ConfigureHttpClient(
            client => client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "an-old-token")));

        using HttpResponseMessage response = app.Erp.Send(TestApp.Request(app.AddCompany()), TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Single(app.Log.Lines, line => line.Contains("has an Authorization header that the application set", StringComparison.Ordinal));
    }

    // The token expired while the machine was suspended. The API would answer 401, which a synchronous send cannot mend.
    [Fact]
    public async Task Synchronous_send_does_not_take_a_token_that_expired_during_a_suspend()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(10));
        app.Time.JumpWallClock(TimeSpan.FromHours(3));

        Assert.Throws<NotSupportedException>(() => app.Erp.Send(TestApp.Request(company), TestApp.Cancellation));
        await app.GetTokenAsync(company);
        using HttpResponseMessage response = app.Erp.Send(TestApp.Request(company), TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(app.Visma.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Synchronous_send_does_not_go_to_a_foreign_origin()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "https://example.com/").SetTenant(company.TenantId);

        Assert.Throws<InvalidOperationException>(() => app.Erp.Send(request, TestApp.Cancellation));
    }

    [Fact]
    public async Task Synchronous_send_follows_redirects_within_the_api_only()
    {
        await using TestApp app = await TestApp.StartAsync();
        await using FakeVisma thief = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        FakeCompany company = app.AddCompany();
        string token = (await app.GetTokenAsync(company)).AuthorizationHeader;
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect("/v1/account"));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect($"{thief.Address}v1/customer"));

        using HttpResponseMessage response = app.Erp.Send(TestApp.Request(company), TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Equal(["/v1/customer", "/v1/account"], app.Visma.NetErpEndpoint.Requests.Select(sent => sent.PathAndQuery));
        Assert.All(app.Visma.NetErpEndpoint.Requests, sent => Assert.Equal(token, sent.Authorization));
        Assert.Empty(thief.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Synchronous_send_redirects_no_body_that_can_be_read_once()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect("/v1/account"));
        using OneWayStream body = new("{}"u8.ToArray());
        using HttpRequestMessage request = TestApp.Request(company, HttpMethod.Post, content: new StreamContent(body));

        using HttpResponseMessage response = app.Erp.Send(request, TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Single(app.Visma.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Synchronous_send_of_one_message_can_be_repeated_by_a_handler()
    {
        await using TestApp app = await TestApp.StartAsync(http: http => http.AddHttpMessageHandler(() => new Twice()));
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);

        using HttpResponseMessage response = app.Erp.Send(TestApp.Request(company), TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, app.Visma.NetErpEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Synchronous_401_is_handed_back_and_the_next_call_has_a_newer_token()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(2));
        app.Visma.InvalidateAccessTokens();

        using HttpResponseMessage refused = app.Erp.Send(TestApp.Request(company), TestApp.Cancellation);
        await Eventually.TrueAsync(async () => (await app.GetTokenAsync(company)).Value != old.Value);
        using HttpResponseMessage next = app.Erp.Send(TestApp.Request(company), TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Synchronous_401_is_handed_back_also_while_the_server_is_left_alone()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(2));
        app.Visma.InvalidateAccessTokens();
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("60"));
        await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(company, rejected: old).AsTask());

        using HttpResponseMessage response = app.Erp.Send(TestApp.Request(company), TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Synchronous_send_of_a_bound_client_carries_its_company()
    {
        await using TestApp app = await TestApp.StartAsync(services: services =>
            services.AddHttpClient<Bound>().AddVismaToken(VismaApi.NetErp, "erp"));
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);
        VismaClientFactory<Bound> clients = (VismaClientFactory<Bound>)app.Services.GetService(typeof(VismaClientFactory<Bound>))!;

        using HttpResponseMessage response = clients.ForTenant(company.TenantId).Http.Send(new HttpRequestMessage(HttpMethod.Get, "customer"), TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private sealed record Bound(HttpClient Http);

    private sealed class Twice : DelegatingHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            base.Send(request, cancellationToken).Dispose();
            return base.Send(request, cancellationToken);
        }
    }
}
