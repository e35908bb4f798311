using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Handlers.RateLimits;

/// <summary>The two limits of Business NXT: 600 calls a minute with one token, and 60 calls at once for one company.</summary>
public class BusinessNxtLimitTests
{
    private const string Refused = """{"errors":[{"message":"Too many","extensions":{"code":"OUTSTANDING_LIMIT_EXCEEDED"}}],"data":null}""";

    [Fact]
    public async Task Refusal_of_the_gateway_means_a_minute()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = await StartConnectedAsync(app);
        app.Visma.BusinessNxtEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.BusinessNxt));

        Task<string> call = QueryAsync(process);
        await process.Calls(VismaApi.BusinessNxt).PassAsync(TimeSpan.FromMinutes(1));

        Assert.Contains("Acme AS", await call, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Refused)]
    [InlineData("""{"data":{"useCompany":null},"errors":[{"path":["useCompany"],"extensions":{"code":"OUTSTANDING_LIMIT_EXCEEDED"}}]}""")]
    public async Task Query_refused_with_status_200_is_sent_again_after_a_short_wait(string reply)
    {
        await using UserApp app = await StartAsync();
        AppProcess process = await StartConnectedAsync(app);
        app.Visma.BusinessNxtEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, reply));

        Task<string> call = QueryAsync(process);
        await process.Calls(VismaApi.BusinessNxt).PassAsync(TimeSpan.FromSeconds(1));

        Assert.Contains("Acme AS", await call, StringComparison.Ordinal);
        Assert.Equal(2, app.Visma.BusinessNxtEndpoint.Requests.Count);
    }

    [Theory]
    [InlineData("""{"data":{"order_create":{"affectedRows":1},"line_create":null},"errors":[{"extensions":{"code":"OUTSTANDING_LIMIT_EXCEEDED"}}]}""")]
    [InlineData("""{"data":null,"errors":[{"extensions":{"code":"OUTSTANDING_LIMIT_EXCEEDED"}},{"message":"row is locked"}]}""")]
    [InlineData("""{"data":{"text":"OUTSTANDING_LIMIT_EXCEEDED"}}""")]
    [InlineData("""{"data":null,"errors":[{"message":"OUTSTANDING_LIMIT_EXCEEDED"}]}""")]
    [InlineData("""{"errors":"OUTSTANDING_LIMIT_EXCEEDED"}""")]
    [InlineData("""["OUTSTANDING_LIMIT_EXCEEDED"]""")]
    [InlineData("""{"e\ud800":1,"errors":[{"extensions":{"code":"OUTSTANDING_LIMIT_EXCEEDED"}}]}""")]
    [InlineData("""{"errors":[{"extensions":{"code":"OUTSTANDING_LIMIT_EXCEEDED"}}""")]
    public async Task Reply_to_a_query_that_may_have_been_processed_goes_to_the_caller_unchanged(string reply)
    {
        await using UserApp app = await StartAsync();
        AppProcess process = await StartConnectedAsync(app);
        app.Visma.BusinessNxtEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, reply));

        Assert.Equal(reply, await QueryAsync(process));
        Assert.Single(app.Visma.BusinessNxtEndpoint.Requests);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(1_000_000)]
    public async Task Body_of_any_length_stays_readable(int length)
    {
        await using UserApp app = await StartAsync();
        AppProcess process = await StartConnectedAsync(app);
        string reply = new('x', length);
        app.Visma.BusinessNxtEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, reply), times: 2);

        string buffered = await QueryAsync(process);
        string streamed = await QueryAsync(process, completion: HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(reply, buffered);
        Assert.Equal(reply, streamed);
    }

    [Fact]
    public async Task Further_call_for_a_company_waits_until_one_of_its_calls_is_answered()
    {
        await using UserApp app = await StartAsync(options => options.MaxConcurrentCalls = 2);
        AppProcess process = await StartConnectedAsync(app);
        FakePause[] held = [app.Visma.BusinessNxtEndpoint.PauseNext(), app.Visma.BusinessNxtEndpoint.PauseNext()];
        Task<string>[] calls = [QueryAsync(process, "4711"), QueryAsync(process, "4711")];
        await Task.WhenAll(held.Select(pause => pause.Reached)).Soon();

        Task<string> third = QueryAsync(process, "4711");
        Assert.Contains("Acme AS", await QueryAsync(process, "4712"), StringComparison.Ordinal);
        int sentBefore = app.Visma.BusinessNxtEndpoint.Requests.Count;
        held[0].Release();

        Assert.Contains("Acme AS", await third, StringComparison.Ordinal);
        Assert.Equal((3, 4), (sentBefore, app.Visma.BusinessNxtEndpoint.Requests.Count));
        held[1].Release();
        await Task.WhenAll(calls).Soon();
    }

    [Fact]
    public async Task Call_that_waits_for_the_budget_of_its_token_takes_no_place_of_another_token()
    {
        await using UserApp app = await StartAsync(options => options.MaxConcurrentCalls = 1);
        AppProcess process = await StartConnectedAsync(app);
        await app.ConnectAsync(process, "other", app.Visma.AddUser("Ola Nordmann", app.Company));
        app.Visma.BusinessNxtEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.BusinessNxt));
        Task<string> refused = QueryAsync(process, "4711");
        await process.Calls(VismaApi.BusinessNxt).WaitAsync();
        Task<string> next = QueryAsync(process, "4711");

        Assert.Contains("Acme AS", await QueryAsync(process, "4711", connection: "other"), StringComparison.Ordinal);

        await process.Calls(VismaApi.BusinessNxt).WaitAsync(count: 2);
        app.Time.Advance(TimeSpan.FromMinutes(1));
        await Task.WhenAll(refused, next).Soon();
        Assert.Equal(4, app.Visma.BusinessNxtEndpoint.Requests.Count);
    }

    [Theory]
    [InlineData(RateLimitDialect.BusinessNxt, 60)]
    [InlineData(null, 1)]
    public async Task Call_that_waited_for_a_place_is_not_sent_if_the_budget_was_exhausted_meanwhile(RateLimitDialect? refusal, int seconds)
    {
        await using UserApp app = await StartAsync(options => options.MaxConcurrentCalls = 1);
        AppProcess process = await StartConnectedAsync(app);
        using FakePause held = app.Visma.BusinessNxtEndpoint.PauseNext();
        app.Visma.BusinessNxtEndpoint.AnswerNext(refusal is { } dialect ? FakeReply.TooManyCalls(dialect) : FakeReply.OutstandingLimit());
        Task<string> refused = QueryAsync(process);
        await held.Reached.Soon();
        Task<string> next = QueryAsync(process);
        await process.WaitsForAsync(TimeSpan.FromSeconds(70));

        held.Release();
        await process.Calls(VismaApi.BusinessNxt).WaitAsync(count: 2);

        Assert.Single(app.Visma.BusinessNxtEndpoint.Requests);
        app.Time.Advance(TimeSpan.FromSeconds(seconds));
        await Task.WhenAll(refused, next).Soon();
    }

    [Fact]
    public async Task Call_that_gets_no_place_within_the_limit_fails()
    {
        await using UserApp app = await StartAsync(options => (options.MaxConcurrentCalls, options.MaxWait) = (1, TimeSpan.Zero));
        AppProcess process = await StartConnectedAsync(app);
        FakePause held = app.Visma.BusinessNxtEndpoint.PauseNext();
        Task<string> first = QueryAsync(process);
        await held.Reached.Soon();

        VismaRateLimitException full = await Assert.ThrowsAsync<VismaRateLimitException>(() => QueryAsync(process));

        Assert.Equal("at once", full.Part);
        held.Release();
        await first;
    }

    [Fact]
    public async Task Company_of_the_query_that_has_too_many_calls_holds_no_other_company_of_the_same_token()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = await StartConnectedAsync(app);
        app.Visma.BusinessNxtEndpoint.AnswerNext(FakeReply.OutstandingLimit());
        Task<string> waiting = QueryAsync(process, company: "4711");
        await process.Calls(VismaApi.BusinessNxt).WaitAsync();

        Assert.Contains("Acme AS", await QueryAsync(process, company: "4712"), StringComparison.Ordinal);

        await process.Calls(VismaApi.BusinessNxt).PassAsync(TimeSpan.FromSeconds(1));
        await waiting;
    }

    private static Task<UserApp> StartAsync(Action<VismaResilienceOptions>? options = null) =>
        UserApp.StartAsync(services: services => services.AddHttpClient("nxt").AddVismaResilience(options));

    private static async Task<AppProcess> StartConnectedAsync(UserApp app)
    {
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        return process;
    }

    private static async Task<string> QueryAsync(
        AppProcess process,
        string? company = null,
        HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead,
        string? connection = null)
    {
        using HttpRequestMessage query = new HttpRequestMessage(HttpMethod.Post, "") { Content = Query() }.SetConnection(connection ?? UserApp.Key.Connection!);
        if (company is not null)
        {
            query.SetRateLimitCompany(company);
        }

        using HttpResponseMessage response = await process.Http.SendAsync(query, completion, TestApp.Cancellation).Soon("the answer to a query");
        return await response.Content.ReadAsStringAsync(TestApp.Cancellation).Soon("the body of an answer");
    }

    private static StringContent Query() => new("""{"query":"{ availableCompanies { items { name } } }"}""", Encoding.UTF8, "application/json");
}
