using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Handlers;

public class BearerTokenTests
{
    [Fact]
    public async Task Call_carries_the_token_of_the_tenant_it_names_in_the_header_only()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();

        using HttpResponseMessage response = await app.SendAsync(company);

        AccessToken token = await app.GetTokenAsync(company);
        FakeRequest request = Assert.Single(app.Visma.NetErpEndpoint.Requests);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal($"Bearer {token.Value}", request.Authorization);
        Assert.Equal("GET /v1/customer", request.ToString());
        Assert.Empty(request.Body);
    }

    [Fact]
    public async Task Companies_get_their_own_customers_also_when_calls_are_mixed()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany[] companies = [.. Enumerable.Range(1, 20).Select(number => app.AddCompany($"Company {number}", customers: number))];

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async call =>
        {
            FakeCompany company = companies[call % companies.Length];
            using HttpResponseMessage response = await app.SendAsync(company);
            string body = await response.Content.ReadAsStringAsync(TestApp.Cancellation);
            Assert.Contains($"{company.Name}, customer {company.Customers.Count}", body, StringComparison.Ordinal);
        }));

        Assert.Equal(companies.Length, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Without_a_token_no_request_is_sent()
    {
        await using TestApp app = await TestApp.StartAsync();

        await Assert.ThrowsAsync<VismaConnectException>(() => app.SendAsync(app.Visma.AddCompany("Stranger AS")));

        Assert.Empty(app.Visma.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Request_that_names_no_tenant_is_not_sent()
    {
        await using TestApp app = await TestApp.StartAsync();

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => app.Erp.GetAsync("customer", TestApp.Cancellation));

        Assert.Contains("SetTenant", error.Message, StringComparison.Ordinal);
        Assert.Empty(app.Visma.NetErpEndpoint.Requests);
        Assert.Empty(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Request_that_names_a_key_of_another_client_is_not_sent()
    {
        await using TestApp app = await TestApp.StartAsync(services: services => services.PostConfigure<VismaConnectOptions>(options =>
            options.Clients["other"] = options.Clients["erp"]));
        TokenKey key = TokenKey.ForTenant("other", app.AddCompany().TenantId);
        Assert.NotEmpty((await app.Tokens.GetTokenAsync(key, TestApp.Cancellation)).Value);
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "customer").SetTokenKey(key);

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => app.Erp.SendAsync(request, TestApp.Cancellation));

        Assert.Contains("its HttpClient sends tokens of client 'erp'", error.Message, StringComparison.Ordinal);
        Assert.Empty(app.Visma.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Request_may_name_a_key_with_scopes_of_its_own()
    {
        await using TestApp app = await TestApp.StartAsync();
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "customer")
            .SetTokenKey(TestApp.KeyOf(app.AddCompany()).WithScopes(TestApp.ReadScope));

        using HttpResponseMessage response = await app.Erp.SendAsync(request, TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(TestApp.ReadScope, app.TokenEndpoint.Requests.Single().Form["scope"]);
    }

    [Theory]
    [InlineData("https://example.com/v1/customer")]
    [InlineData("http://127.0.0.1:1/v1/customer")]
    [InlineData("https://127.0.0.1/v1/customer")]
    [InlineData("http://api.finance.visma.net/v1/customer")]
    [InlineData("http://127.0.0.1@example.com/v1/customer")]
    [InlineData("https://user:pa55@example.com/v1/customer")]
    public async Task Request_to_a_foreign_origin_is_not_sent(string address)
    {
        await using TestApp app = await TestApp.StartAsync();
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, address).SetTenant(app.AddCompany().TenantId);

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => app.Erp.SendAsync(request, TestApp.Cancellation));

        Assert.Contains("not an origin of API 'NetErp'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("customer", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pa55", error.Message, StringComparison.Ordinal);
        Assert.Empty(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Authorization_header_of_the_caller_is_left_alone()
    {
        await using TestApp app = await TestApp.StartAsync();
        using HttpRequestMessage request = TestApp.Request(app.AddCompany());
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", "bWluZQ==");

        using HttpResponseMessage response = await app.Erp.SendAsync(request, TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Basic bWluZQ==", Assert.Single(app.Visma.NetErpEndpoint.Requests).Authorization);
        Assert.Equal("bWluZQ==", request.Headers.Authorization.Parameter);
        Assert.Empty(app.TokenEndpoint.Requests);
    }

    // The handlers are pooled for all companies, so a cookie would be shared too.
    [Fact]
    public async Task Cookie_of_one_company_does_not_go_to_the_next()
    {
        await using TestApp app = await TestApp.StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, "[]", headers: ("Set-Cookie", "session=a; path=/")));

        (await app.SendAsync(app.AddCompany())).Dispose();
        (await app.SendAsync(app.AddCompany())).Dispose();

        Assert.False(app.Visma.NetErpEndpoint.Requests[1].Headers.ContainsKey("Cookie"));
    }

    [Fact]
    public async Task Other_headers_are_left_alone()
    {
        await using TestApp app = await TestApp.StartAsync();
        using HttpRequestMessage request = TestApp.Request(app.AddCompany());
        request.Headers.Add("If-Match", "\"42\"");
        request.Headers.Add("erp-api-background", "https://acme.example/hook");

        (await app.Erp.SendAsync(request, TestApp.Cancellation)).Dispose();

        FakeRequest sent = Assert.Single(app.Visma.NetErpEndpoint.Requests);
        Assert.Equal("\"42\"", sent.Headers["If-Match"]);
        Assert.Equal("https://acme.example/hook", sent.Headers["erp-api-background"]);
        Assert.DoesNotContain(sent.Headers.Keys, name => name.StartsWith("ipp-", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Outer_retry_of_the_same_message_carries_the_token_of_that_moment()
    {
        await using TestApp app = await TestApp.StartAsync(http: http => http.AddHttpMessageHandler(() => new RetryHandler()));
        FakeCompany company = app.AddCompany();
        app.Visma.NetErpEndpoint.Script = _ =>
        {
            app.Visma.NetErpEndpoint.Script = null;
            // The token expired during the first try.
            app.Time.Advance(TimeSpan.FromHours(2));
            return FakeReply.Status(HttpStatusCode.ServiceUnavailable);
        };

        using HttpResponseMessage response = await app.SendAsync(company);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, app.Visma.NetErpEndpoint.Requests.Select(request => request.Authorization).Distinct().Count());
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Token_does_not_stay_on_the_message(bool isInMemory)
    {
        await using TestApp app = await TestApp.StartAsync();
        using HttpRequestMessage request = TestApp.Request(await CompanyAsync(app, isInMemory));

        using HttpResponseMessage response = await app.Erp.SendAsync(request, TestApp.Cancellation);

        Assert.Null(request.Headers.Authorization);
        Assert.Null(response.RequestMessage!.Headers.Authorization);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Token_does_not_stay_on_a_message_that_failed(bool isInMemory)
    {
        await using TestApp app = await TestApp.StartAsync();
        using HttpRequestMessage request = TestApp.Request(await CompanyAsync(app, isInMemory));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Drop);

        await Assert.ThrowsAsync<HttpRequestException>(() => app.Erp.SendAsync(request, TestApp.Cancellation));

        Assert.Null(request.Headers.Authorization);
    }

    [Fact]
    public async Task Rejected_token_is_renewed_once_and_the_request_sent_again()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await AgeTokenAsync(app, company);
        app.Visma.InvalidateAccessTokens();

        using HttpResponseMessage response = await app.SendAsync(company);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
        Assert.Equal(2, app.Visma.NetErpEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Two_hundred_concurrent_401s_cause_one_renewal()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await AgeTokenAsync(app, company);
        app.Visma.InvalidateAccessTokens();

        HttpResponseMessage[] responses = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => app.SendAsync(company)));

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
        Assert.InRange(app.Visma.NetErpEndpoint.Requests.Count, 201, 400);
    }

    // Visma Connect issues a token for the tenant of a customer, and the API then refuses it.
    [Fact]
    public async Task Good_token_refused_by_the_api_is_renewed_once_a_minute()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();

        for (int call = 0; call < 1000; call++)
        {
            using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "customer").SetTenant(company.CustomerTenantId);
            using HttpResponseMessage response = await app.Erp.SendAsync(request, TestApp.Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            app.Time.Advance(TimeSpan.FromSeconds(0.12));
        }

        Assert.InRange(app.TokenEndpoint.Requests.Count, 2, 3);
        Assert.Contains(app.Log.Lines, line => line.Contains("the tenant id of the company, not of the customer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Second_401_is_handed_back()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await AgeTokenAsync(app, company);
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.Unauthorized), times: 2);

        using HttpResponseMessage response = await app.SendAsync(company);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
        Assert.Equal(2, app.Visma.NetErpEndpoint.Requests.Count);
    }

    public static TheoryData<string, Func<HttpContent>> BodiesThatCanBeSentAgain => new()
    {
        { "text", () => new StringContent("""{"name":"New"}""") },
        { "bytes", () => new ByteArrayContent("""{"name":"New"}"""u8.ToArray()) },
        { "memory", () => new ReadOnlyMemoryContent("""{"name":"New"}"""u8.ToArray()) },
        { "JSON", () => System.Net.Http.Json.JsonContent.Create(new { name = "New" }) },
        { "a stream that seeks", () => new StreamContent(new MemoryStream("""{"name":"New"}"""u8.ToArray())) },
        { "several parts", () => new MultipartContent { new StringContent("""{"name":"New"}"""), new StreamContent(new MemoryStream(new byte[10])) } },
    };

    [Theory]
    [MemberData(nameof(BodiesThatCanBeSentAgain))]
    public async Task Body_that_can_be_sent_again_is(string what, Func<HttpContent> content)
    {
        Assert.NotEmpty(what);
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await AgeTokenAsync(app, company);
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.Unauthorized));

        (await app.SendAsync(company, HttpMethod.Post, content: content())).Dispose();

        FakeRequest[] requests = [.. app.Visma.NetErpEndpoint.Requests];
        Assert.Equal(2, requests.Length);
        Assert.Contains("New", requests[0].Body, StringComparison.Ordinal);
        Assert.Equal(requests[0].Body, requests[1].Body);
        Assert.Equal(requests[0].Headers.GetValueOrDefault("Content-Type"), requests[1].Headers.GetValueOrDefault("Content-Type"));
        Assert.NotEqual(requests[0].Authorization, requests[1].Authorization);
    }

    public static TheoryData<string, Func<HttpContent>> BodiesThatCannot => new()
    {
        { "a stream that does not seek", () => new StreamContent(new OneWayStream("{}"u8.ToArray())) },
        { "a content of one's own", () => new OneShotContent() },
        { "an asynchronous query as JSON", () => System.Net.Http.Json.JsonContent.Create(NumbersAsync()) },
        { "a query as JSON", () => System.Net.Http.Json.JsonContent.Create(new Queue<int>([1]).Select(item => item)) },
        { "parts of which one cannot", () => new MultipartContent { new StringContent("{}"), new StreamContent(new OneWayStream([1])) } },
    };

    [Theory]
    [MemberData(nameof(BodiesThatCannot))]
    public async Task Body_that_cannot_be_sent_again_gets_its_401_back(string what, Func<HttpContent> content)
    {
        Assert.NotEmpty(what);
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await AgeTokenAsync(app, company);
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.Unauthorized));

        using HttpResponseMessage response = await app.SendAsync(company, HttpMethod.Post, content: content());
        using HttpResponseMessage next = await app.SendAsync(company);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.Equal(2, app.Visma.NetErpEndpoint.Requests.Count);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Body_that_cannot_be_sent_again_gets_its_401_back_also_when_the_renewal_fails()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await AgeTokenAsync(app, company);
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.Unauthorized));
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("60"));

        using HttpResponseMessage response = await app.SendAsync(company, HttpMethod.Post, content: new OneShotContent());

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task When_the_renewal_for_a_401_fails_the_caller_hears_why()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await AgeTokenAsync(app, company);
        app.Visma.InvalidateAccessTokens();
        company.Withdraw(app.Client);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.SendAsync(company));

        Assert.Equal("invalid_tenant", error.Error);
    }

    [Fact]
    public async Task Missing_scope_is_no_reason_to_renew_and_is_named()
    {
        await using TestApp app = await TestApp.StartAsync(client => client.Scopes.Remove(TestApp.CreateScope));
        FakeCompany company = app.AddCompany();
        await AgeTokenAsync(app, company);

        using HttpResponseMessage response = await app.SendAsync(company, HttpMethod.Post, content: new StringContent("""{"name":"New"}"""));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(TestApp.CreateScope, response.GetBearerChallenge()?.Scope);
        Assert.Single(app.TokenEndpoint.Requests);
        Assert.Contains(app.Log.Lines, line => line.Contains($"it needs '{TestApp.CreateScope}'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Client_without_scopes_asks_for_those_of_the_api()
    {
        await using TestApp app = await TestApp.StartAsync(client => client.Scopes.Clear());

        await Assert.ThrowsAsync<VismaConnectException>(() => app.SendAsync(app.AddCompany()));

        Assert.Equal(
            VismaApi.NetErp.ServiceScopes.Order(),
            app.TokenEndpoint.Requests.Single().Form["scope"].Split(' ').Order());
    }

    [Fact]
    public async Task Unknown_tenant_of_a_caller_leaves_nothing_behind_in_the_headers_or_the_address()
    {
        await using TestApp app = await TestApp.StartAsync();

        (await app.SendAsync(app.AddCompany(), path: "customer?name=x")).Dispose();

        FakeRequest sent = Assert.Single(app.Visma.NetErpEndpoint.Requests);
        Assert.Equal("/v1/customer?name=x", sent.PathAndQuery);
        Assert.DoesNotContain("access_token", sent.PathAndQuery, StringComparison.Ordinal);
    }

    private static async IAsyncEnumerable<int> NumbersAsync()
    {
        await Task.Yield();
        yield return 1;
    }

    private static async Task AgeTokenAsync(TestApp app, FakeCompany company)
    {
        await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(2));
    }

    private static async Task<FakeCompany> CompanyAsync(TestApp app, bool hasTokenInMemory)
    {
        FakeCompany company = app.AddCompany();
        if (hasTokenInMemory)
        {
            await app.GetTokenAsync(company);
        }

        return company;
    }

    private sealed class OneShotContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            stream.WriteAsync(Encoding.UTF8.GetBytes("{}")).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 2;
            return true;
        }
    }
}
