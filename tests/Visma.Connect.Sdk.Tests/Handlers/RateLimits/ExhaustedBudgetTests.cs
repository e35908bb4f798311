using System.Net;
using System.Text;

namespace Visma.Connect.Sdk.Tests.Handlers.RateLimits;

/// <summary>The limit of Visma.net ERP: 429 with <c>Retry-After</c>, and <c>X-RateLimit-*</c> on every response.</summary>
public class ExhaustedBudgetTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(55);

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Refused_call_waits_as_long_as_the_API_asks_and_is_sent_again(string method)
    {
        await using TestApp app = await StartAsync();
        using SignalCapture signals = new(app.Services);
        FakeCompany company = app.AddCompany();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErp, seconds: 55));

        Task<HttpResponseMessage> call = app.SendAsync(company, new HttpMethod(method), content: method == "POST" ? Customer() : null);
        await app.Calls().WaitAsync();
        int sentBefore = app.Visma.NetErpEndpoint.Requests.Count;
        app.Time.Advance(Wait);
        using HttpResponseMessage response = await call;

        Assert.Equal(1, sentBefore);
        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal(method == "POST" ? 4 : 3, company.Customers.Count);
        (double waited, IReadOnlyDictionary<string, object?> tags) = Assert.Single(signals.Of("visma.connect.rate_limit.wait.duration"));
        Assert.Equal((Wait.TotalSeconds, "NetErp", "erp"), (waited, tags["visma.api"], tags["visma.client"]));
    }

    [Theory]
    [InlineData("Sat, 21 Nov 2026 15:00:00 GMT", "Sat, 21 Nov 2026 15:00:55 GMT")]
    [InlineData("Sat, 21 Nov 2026 09:00:00 GMT", "Sat, 21 Nov 2026 09:00:55 GMT")]
    public async Task Wait_until_a_date_is_counted_by_the_clock_of_the_API(string date, string retryAfter)
    {
        await using TestApp app = await StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(
            FakeReply.Status(HttpStatusCode.TooManyRequests, headers: [("Date", date), ("Retry-After", retryAfter)]));

        Task<HttpResponseMessage> call = app.SendAsync(app.AddCompany());
        await app.Calls().PassAsync(Wait);

        Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
    }

    [Fact]
    public async Task Exhausted_budget_is_not_called_until_it_opens()
    {
        await using TestApp app = await StartAsync();
        FakeCompany company = app.AddCompany();
        app.Visma.LimitCalls(VismaApi.NetErp, calls: 1);
        (await app.SendAsync(company)).Dispose();

        Task<HttpResponseMessage> next = app.SendAsync(company);
        await app.Calls().WaitAsync();
        int sentBefore = app.Visma.NetErpEndpoint.Requests.Count;
        app.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(HttpStatusCode.OK, (await next).StatusCode);
        Assert.Equal(1, sentBefore);
        Assert.Equal(2, app.Visma.NetErpEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Exhausted_budget_of_one_company_holds_no_other()
    {
        await using TestApp app = await StartAsync();
        FakeCompany busy = app.AddCompany("Busy AS");
        FakeCompany other = app.AddCompany("Other AS");
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErp, seconds: 55));
        Task<HttpResponseMessage> waiting = app.SendAsync(busy);
        await app.Calls().WaitAsync();

        using HttpResponseMessage response = await app.SendAsync(other);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(waiting.IsCompleted);
        app.Time.Advance(Wait);
        (await waiting).Dispose();
    }

    [Fact]
    public async Task Call_that_would_wait_too_long_fails_at_once_and_says_until_when()
    {
        await using TestApp app = await StartAsync();
        FakeCompany company = app.AddCompany();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErp, seconds: 3000));

        VismaRateLimitException first = await Assert.ThrowsAsync<VismaRateLimitException>(() => app.SendAsync(company));
        Assert.Equal("erp-rate-limit", first.Remedy?.Code);
        app.Time.Advance(TimeSpan.FromSeconds(1000));
        VismaRateLimitException second = await Assert.ThrowsAsync<VismaRateLimitException>(() => app.SendAsync(company));

        Assert.Single(app.Visma.NetErpEndpoint.Requests);
        Assert.Equal(app.Time.GetUtcNow() + TimeSpan.FromSeconds(2000), first.RetryAt);
        Assert.Equal((first.RetryAt, TimeSpan.FromSeconds(2000)), (second.RetryAt, second.RetryAfter));
        Assert.Equal(("NetErp", TestApp.KeyOf(company)), (second.Api, second.Key));
        Assert.Contains("2026-11-21 12:50:00Z", first.Message, StringComparison.Ordinal);
        Assert.Contains("MaxWait", first.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Application_sets_how_long_a_call_waits()
    {
        await using TestApp app = await StartAsync(options => options.MaxWait = TimeSpan.FromSeconds(54));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErp, seconds: 55));

        VismaRateLimitException refused = await Assert.ThrowsAsync<VismaRateLimitException>(() => app.SendAsync(app.AddCompany()));

        Assert.Equal(Wait, refused.RetryAfter);
    }

    [Fact]
    public async Task All_waits_of_a_call_count_together()
    {
        await using TestApp app = await StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErp, seconds: 55), times: 2);

        Task<HttpResponseMessage> call = app.SendAsync(app.AddCompany());
        await app.Calls().PassAsync(Wait);

        Assert.Equal(Wait, (await Assert.ThrowsAsync<VismaRateLimitException>(() => call)).RetryAfter);
    }

    [Fact]
    public async Task API_that_asks_for_no_wait_and_goes_on_refusing_is_called_less_and_less()
    {
        await using TestApp app = await StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErp, seconds: 0), times: 3);

        Task<HttpResponseMessage> call = app.SendAsync(app.AddCompany());
        foreach (int seconds in (int[])[1, 2, 4])
        {
            await app.Calls().PassAsync(TimeSpan.FromSeconds(seconds));
        }

        Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
    }

    [Fact]
    public async Task Body_that_can_be_read_only_once_is_not_sent_again()
    {
        await using TestApp app = await StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErp, seconds: 5));
        using StreamContent once = new(new OneWayStream(Encoding.UTF8.GetBytes("{}")));

        VismaRateLimitException refused = await Assert.ThrowsAsync<VismaRateLimitException>(() => app.SendAsync(app.AddCompany(), HttpMethod.Post, content: once));

        Assert.Single(app.Visma.NetErpEndpoint.Requests);
        Assert.Contains("only once", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_that_waited_carries_a_current_token()
    {
        await using TestApp app = await StartAsync();
        app.Client.TokenLifetime = TimeSpan.FromSeconds(50);
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErp, seconds: 55));

        Task<HttpResponseMessage> call = app.SendAsync(app.AddCompany());
        await app.Calls().PassAsync(Wait);

        Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
        Assert.Equal(2, app.Visma.NetErpEndpoint.Requests.Select(request => request.Authorization).Distinct().Count());
    }

    [Fact]
    public async Task Cancelled_call_stops_waiting_and_the_others_go_on()
    {
        await using TestApp app = await StartAsync();
        FakeCompany company = app.AddCompany();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErp, seconds: 55));
        using CancellationTokenSource cancelled = new();
        Task<HttpResponseMessage> impatient = app.Erp.SendAsync(TestApp.Request(company), cancelled.Token);
        await app.Calls().WaitAsync();
        Task<HttpResponseMessage> patient = app.SendAsync(company);
        await app.Calls().WaitAsync(count: 2);

        cancelled.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient.Soon());
        app.Time.Advance(Wait);

        Assert.Equal(HttpStatusCode.OK, (await patient).StatusCode);
        Assert.Equal(2, app.Visma.NetErpEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Turn_of_a_cancelled_call_is_given_to_another_call()
    {
        await using TestApp app = await StartAsync(options => options.CallsPerMinute = 2, RateLimitDialect.RetryAfter);
        FakeCompany company = app.AddCompany();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.RetryAfter, seconds: 55));
        Task<HttpResponseMessage> first = app.SendAsync(company);
        await app.Calls().WaitAsync();
        using CancellationTokenSource cancelled = new();
        Task<HttpResponseMessage> impatient = app.Erp.SendAsync(TestApp.Request(company), cancelled.Token);
        await app.Calls().WaitAsync(count: 2);
        cancelled.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient.Soon());

        Task<HttpResponseMessage> next = app.SendAsync(company);
        await Eventually.TrueAsync(() => next.IsCompleted || app.Time.PendingTimers.Count(timer => timer == Wait) == 2);
        app.Time.Advance(Wait);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), ((await first).StatusCode, (await next).StatusCode));
    }

    [Fact]
    public async Task Waiting_calls_are_sent_as_fast_as_the_known_limit_allows()
    {
        await using TestApp app = await StartAsync(options => (options.CallsPerMinute, options.MaxWait) = (2, TimeSpan.FromMinutes(10)), RateLimitDialect.RetryAfter);
        FakeCompany company = app.AddCompany();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.RetryAfter, seconds: 55));
        List<Task<HttpResponseMessage>> calls = [app.SendAsync(company)];
        await app.Calls().WaitAsync();
        calls.AddRange(Enumerable.Range(0, 4).Select(_ => app.SendAsync(company)));
        await app.Calls().WaitAsync(count: 5);

        List<int> sent = [];
        foreach (TimeSpan step in (TimeSpan[])[Wait, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)])
        {
            app.Time.Advance(step);
            int expected = Math.Min(5, 2 * (sent.Count + 1));
            await Eventually.TrueAsync(() => calls.Count(call => call.IsCompleted) >= expected);
            sent.Add(app.Visma.NetErpEndpoint.Requests.Count - 1);
        }

        Assert.Equal([2, 4, 5], sent);
    }

    [Fact]
    public async Task Waiting_calls_are_sent_faster_and_faster_if_the_limit_is_not_known()
    {
        await using TestApp app = await StartAsync(dialect: RateLimitDialect.RetryAfter);
        FakeCompany company = app.AddCompany();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.RetryAfter, seconds: 55));
        List<Task<HttpResponseMessage>> calls = [app.SendAsync(company)];
        await app.Calls().WaitAsync();
        calls.AddRange(Enumerable.Range(0, 69).Select(_ => app.SendAsync(company)));
        await app.Calls().WaitAsync(count: 70);

        List<int> sent = [];
        foreach ((TimeSpan step, int expected) in ((TimeSpan, int)[])[(Wait, 10), (TimeSpan.FromSeconds(1), 30), (TimeSpan.FromSeconds(1), 70)])
        {
            app.Time.Advance(step);
            await Eventually.TrueAsync(() => calls.Count(call => call.IsCompleted) >= expected);
            sent.Add(app.Visma.NetErpEndpoint.Requests.Count - 1);
        }

        Assert.Equal([10, 30, 70], sent);
    }

    [Fact]
    public async Task Response_still_streams()
    {
        await using TestApp app = await StartAsync();
        FakeCompany company = app.AddCompany();
        (await app.SendAsync(company)).Dispose();
        FakePause end = app.Visma.NetErpEndpoint.StallNextReply();

        using HttpResponseMessage response = await app.Erp.SendAsync(TestApp.Request(company), HttpCompletionOption.ResponseHeadersRead, TestApp.Cancellation).Soon();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        end.Release();
    }

    private static Task<TestApp> StartAsync(Action<VismaResilienceOptions>? options = null, RateLimitDialect dialect = RateLimitDialect.NetErp) => TestApp.StartAsync(
        services: services => services.PostConfigureApi("NetErp", api => api.RateLimits = dialect),
        http: http => http.AddVismaResilience(options));

    private static StringContent Customer() => new("""{"name":"New customer"}""", Encoding.UTF8, "application/json");
}
