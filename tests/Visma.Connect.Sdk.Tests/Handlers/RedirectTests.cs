using System.Net;
using System.Net.Http.Headers;

namespace Visma.Connect.Sdk.Tests.Handlers;

public class RedirectTests
{
    [Theory]
    [InlineData(HttpStatusCode.MovedPermanently)]
    [InlineData(HttpStatusCode.Found)]
    [InlineData(HttpStatusCode.SeeOther)]
    [InlineData(HttpStatusCode.TemporaryRedirect)]
    [InlineData(HttpStatusCode.PermanentRedirect)]
    public async Task Redirect_within_the_api_is_followed_with_the_token(HttpStatusCode status)
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect("/v1/account", status));

        using HttpRequestMessage request = TestApp.Request(company);
        using HttpResponseMessage response = await app.Erp.SendAsync(request, TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["/v1/customer", "/v1/account"], app.Visma.NetErpEndpoint.Requests.Select(sent => sent.PathAndQuery));
        Assert.All(app.Visma.NetErpEndpoint.Requests, sent => Assert.StartsWith("Bearer ", sent.Authorization, StringComparison.Ordinal));
        Assert.Equal("/v1/account", response.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Equal("/v1/customer", request.RequestUri!.AbsolutePath);
        Assert.Null(response.RequestMessage.Headers.Authorization);
    }

    // Another host, another scheme, another port.
    [Fact]
    public async Task Redirect_to_another_port_is_handed_back_and_nothing_is_sent_there()
    {
        await using TestApp app = await TestApp.StartAsync();
        await using FakeVisma thief = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect($"{thief.Address}v1/customer"));

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany());

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Empty(thief.NetErpEndpoint.Requests);
        Assert.Contains(app.Log.Lines, line => line.Contains("redirected to http://127.0.0.1:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://localhost:{0}/v1/customer")]
    [InlineData("https://127.0.0.1:{0}/v1/customer")]
    [InlineData("//127.0.0.2:{0}/v1/customer")]
    [InlineData("ftp://127.0.0.1:{0}/v1/customer")]
    [InlineData("file:///etc/passwd")]
    public async Task Redirect_to_another_host_or_scheme_is_handed_back(string location)
    {
        await using TestApp app = await TestApp.StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect(string.Format(null, location, app.Visma.Address.Port)));

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany());

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Single(app.Visma.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Redirect_to_a_listed_origin_is_followed()
    {
        await using FakeVisma other = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        await using TestApp listed = await TestApp.StartAsync(services: services => services.PostConfigureApi(
            "NetErp",
            api => api.Origins.Add(other.Address)));
        listed.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect($"{other.Address}v1/customer"));

        using HttpResponseMessage response = await listed.SendAsync(listed.AddCompany());

        FakeRequest arrived = Assert.Single(other.NetErpEndpoint.Requests);
        Assert.Equal(listed.Visma.NetErpEndpoint.Requests.Single().Authorization, arrived.Authorization);
    }

    [Fact]
    public async Task Resend_after_a_401_starts_at_the_original_address()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(2));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect("/v1/account"));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.Unauthorized));

        using HttpResponseMessage response = await app.SendAsync(company);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["/v1/customer", "/v1/account", "/v1/customer"], app.Visma.NetErpEndpoint.Requests.Select(sent => sent.PathAndQuery));
    }

    [Theory]
    [InlineData(HttpStatusCode.MovedPermanently, "GET", "")]
    [InlineData(HttpStatusCode.Found, "GET", "")]
    [InlineData(HttpStatusCode.SeeOther, "GET", "")]
    [InlineData(HttpStatusCode.TemporaryRedirect, "POST", """{"name":"New"}""")]
    [InlineData(HttpStatusCode.PermanentRedirect, "POST", """{"name":"New"}""")]
    public async Task Post_is_redirected_as_http_has_it(HttpStatusCode status, string method, string body)
    {
        await using TestApp app = await TestApp.StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect("/v1/customer", status));

        (await app.SendAsync(app.AddCompany(), HttpMethod.Post, content: new StringContent("""{"name":"New"}"""))).Dispose();

        FakeRequest second = app.Visma.NetErpEndpoint.Requests[1];
        Assert.Equal(method, second.Method);
        Assert.Equal(body, second.Body);
    }

    [Fact]
    public async Task Redirect_that_would_need_the_body_again_is_handed_back()
    {
        await using TestApp app = await TestApp.StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect("/v1/customer"));
        using StreamContent oneWay = new(new OneWayStream("{}"u8.ToArray()));

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany(), HttpMethod.Post, content: oneWay);

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Single(app.Visma.NetErpEndpoint.Requests);
    }

    [Theory]
    [InlineData("//")]
    [InlineData("///")]
    [InlineData("//[")]
    [InlineData("//:99999/")]
    [InlineData("https:")]
    [InlineData("//a b/")]
    [InlineData("http://")]
    public async Task Redirect_to_no_address_at_all_is_handed_back(string location)
    {
        await using TestApp app = await TestApp.StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect(location));

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany());

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Single(app.Visma.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Request_that_a_redirect_has_answered_is_not_done_twice()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(2));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect("/v1/customer", HttpStatusCode.SeeOther));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.Unauthorized));

        using HttpResponseMessage response = await app.SendAsync(company, HttpMethod.Post, content: new StringContent("""{"name":"New"}"""));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(["POST", "GET"], app.Visma.NetErpEndpoint.Requests.Select(sent => sent.Method));
    }

    [Fact]
    public async Task Chunked_post_that_becomes_a_get_has_no_body_and_says_so()
    {
        await using TestApp app = await TestApp.StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect("/v1/account", HttpStatusCode.SeeOther));
        using HttpRequestMessage request = TestApp.Request(app.AddCompany(), HttpMethod.Post, content: new StringContent("{}"));
        request.Headers.TransferEncodingChunked = true;

        using HttpResponseMessage response = await app.Erp.SendAsync(request, TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Authorization_header_of_the_caller_does_not_follow_to_another_origin_of_the_api()
    {
        await using FakeVisma other = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        await using TestApp app = await TestApp.StartAsync(services: services => services.PostConfigureApi(
            "NetErp",
            api => api.Origins.Add(other.Address)));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect($"{other.Address}v1/customer"));
        using HttpRequestMessage request = TestApp.Request(app.AddCompany());
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", "bWluZQ==");

        (await app.Erp.SendAsync(request, TestApp.Cancellation)).Dispose();

        Assert.Null(Assert.Single(other.NetErpEndpoint.Requests).Authorization);
    }

    [Fact]
    public async Task Endless_redirects_end()
    {
        await using TestApp app = await TestApp.StartAsync();
        app.Visma.NetErpEndpoint.Script = _ => FakeReply.Redirect("/v1/customer");

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany());

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Equal(11, app.Visma.NetErpEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Redirect_without_a_location_is_handed_back()
    {
        await using TestApp app = await TestApp.StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.Found));

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany());

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
    }

    [Fact]
    public async Task Headers_of_the_caller_go_along_within_the_api()
    {
        await using TestApp app = await TestApp.StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect("/v1/account"));
        using HttpRequestMessage request = TestApp.Request(app.AddCompany());
        request.Headers.Add("X-Mine", ["a", "b"]);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("acme", "1.0"));

        (await app.Erp.SendAsync(request, TestApp.Cancellation)).Dispose();

        Assert.Equal("a,b", app.Visma.NetErpEndpoint.Requests[1].Headers["X-Mine"].Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("acme/1.0", app.Visma.NetErpEndpoint.Requests[1].Headers["User-Agent"]);
    }

    [Fact]
    public async Task Authorization_header_of_the_caller_stays_within_the_api_too()
    {
        await using TestApp app = await TestApp.StartAsync();
        await using FakeVisma thief = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect("/v1/account"));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect($"{thief.Address}v1/customer"));
        using HttpRequestMessage request = TestApp.Request(app.AddCompany());
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", "bWluZQ==");

        using HttpResponseMessage response = await app.Erp.SendAsync(request, TestApp.Cancellation);

        Assert.Equal(["Basic bWluZQ==", "Basic bWluZQ=="], app.Visma.NetErpEndpoint.Requests.Select(sent => sent.Authorization));
        Assert.Empty(thief.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Primary_handler_that_would_follow_redirects_by_itself_is_told_not_to()
    {
        await using FakeVisma thief = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        await using TestApp app = await TestApp.StartAsync(http: http => http.UsePrimaryHandler(
            new HttpClientHandler { AllowAutoRedirect = true }));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect($"{thief.Address}v1/customer"));

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany());

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Empty(thief.NetErpEndpoint.Requests);
    }
}
