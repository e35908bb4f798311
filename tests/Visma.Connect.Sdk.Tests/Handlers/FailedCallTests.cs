using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk.Tests.Handlers;

/// <summary>What <c>AddVismaResilience</c> sends again after a failure, and what never.</summary>
public class FailedCallTests
{
    // The backoff of three retries, with its random part.
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("GET", HttpStatusCode.InternalServerError)]
    [InlineData("GET", HttpStatusCode.BadGateway)]
    [InlineData("HEAD", HttpStatusCode.RequestTimeout)]
    public async Task Read_is_sent_again_after_a_failure_of_the_server(string method, HttpStatusCode status)
    {
        await using TestApp app = await StartAsync();
        FakeCompany company = app.AddCompany();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(status), times: 3);

        using HttpResponseMessage response = await PassAsync(app, company, new HttpMethod(method));

        Assert.Equal(method == "GET" ? HttpStatusCode.OK : HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(4, app.Visma.NetErpEndpoint.Requests.Count);
        Assert.Equal(3, app.Log.Lines.Count(line => line.Contains("is sent again", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Read_is_sent_again_after_a_lost_reply()
    {
        await using TestApp app = await StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Drop);

        using HttpResponseMessage response = await PassAsync(app, app.AddCompany());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Caller_gets_the_last_response_when_all_attempts_have_failed()
    {
        await using TestApp app = await StartAsync(options => options.MaxRetries = 1);
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.InternalServerError, "first"));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.BadGateway, "last"));

        using HttpResponseMessage response = await PassAsync(app, app.AddCompany());

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("last", await response.Content.ReadAsStringAsync(TestApp.Cancellation));
    }

    [Fact]
    public async Task Backoffs_together_are_never_longer_than_the_longest_wait()
    {
        await using TestApp app = await StartAsync(options =>
        {
            options.MaxRetries = 10;
            options.MaxWait = TimeSpan.FromSeconds(70);
        });
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.ServiceUnavailable), times: 20);
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);

        Task<HttpResponseMessage> call = app.SendAsync(company);
        await app.Time.UntilEndAsync(call, TimeSpan.FromSeconds(70));

        using HttpResponseMessage response = await call;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        double waited = app.Log.Lines
            .Select(line => Regex.Match(line, @"is sent again in ([0-9.]+) s;"))
            .Where(match => match.Success)
            .Sum(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.InRange(waited, 69, 70.5);
    }

    [Fact]
    public async Task Busy_server_is_called_again_when_it_asks_for_it()
    {
        await using TestApp app = await StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Busy("44"));

        Task<HttpResponseMessage> call = app.SendAsync(app.AddCompany());
        await Eventually.TrueAsync(() => app.Time.PendingTimers.Contains(TimeSpan.FromSeconds(44)));
        app.Time.Advance(TimeSpan.FromSeconds(44));

        Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
    }

    [Theory]
    [InlineData("Sat, 21 Nov 2026 15:00:00 GMT", "Sat, 21 Nov 2026 15:00:44 GMT")]
    [InlineData("Sat, 21 Nov 2026 09:00:00 GMT", "Sat, 21 Nov 2026 09:00:44 GMT")]
    public async Task Busy_server_that_names_a_date_is_called_again_by_its_own_clock(string date, string retryAfter)
    {
        await using TestApp app = await StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(
            FakeReply.Status(HttpStatusCode.ServiceUnavailable, headers: [("Date", date), ("Retry-After", retryAfter)]));

        Task<HttpResponseMessage> call = app.SendAsync(app.AddCompany());
        await Eventually.TrueAsync(() => call.IsCompleted || app.Time.PendingTimers.Contains(TimeSpan.FromSeconds(44)));
        app.Time.Advance(TimeSpan.FromSeconds(44));

        Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
    }

    [Fact]
    public async Task Server_that_is_busy_for_longer_than_the_limit_is_not_waited_for()
    {
        await using TestApp app = await StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Busy("3600"));

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Call_that_may_have_been_processed_is_not_sent_again(string method)
    {
        await using TestApp app = await StartAsync();
        FakeCompany company = app.AddCompany();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Busy("1"));

        using HttpResponseMessage response = await app.SendAsync(company, new HttpMethod(method), content: Customer());
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Drop);

        await Assert.ThrowsAsync<HttpRequestException>(() => app.SendAsync(company, new HttpMethod(method), content: Customer()));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(2, app.Visma.NetErpEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Read_whose_body_can_be_read_once_is_not_sent_again()
    {
        await using TestApp app = await StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.BadGateway));
        using OneWayStream body = new("{}"u8.ToArray());

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany(), content: new StreamContent(body));

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Single(app.Visma.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Call_whose_connection_was_never_opened_is_sent_again()
    {
        await using TestApp app = await StartAsync(transport: new UnreachableOnce(send: 1));
        FakeCompany company = app.AddCompany();

        using HttpResponseMessage response = await PassAsync(app, company, HttpMethod.Post);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(4, company.Customers.Count);
    }

    [Fact]
    public async Task Call_that_a_redirect_has_answered_is_not_sent_again_if_its_target_cannot_be_reached()
    {
        await using TestApp app = await StartAsync(transport: new UnreachableOnce(send: 2));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect("/v1/customer", HttpStatusCode.SeeOther));

        await Assert.ThrowsAsync<HttpRequestException>(() => app.SendAsync(app.AddCompany(), HttpMethod.Post, content: Customer()));

        Assert.Single(app.Visma.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Call_that_a_redirect_has_answered_is_not_sent_again_if_its_target_refuses_it()
    {
        await using TestApp app = await StartAsync();
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect("/v1/customer", HttpStatusCode.SeeOther));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErp, seconds: 5));

        await Assert.ThrowsAsync<VismaRateLimitException>(() => app.SendAsync(app.AddCompany(), HttpMethod.Post, content: Customer()));

        Assert.Equal(2, app.Visma.NetErpEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Application_can_switch_the_retries_off()
    {
        await using TestApp app = await StartAsync(options => options.MaxRetries = 0);
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.InternalServerError));

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany());

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
    }

    private static Task<TestApp> StartAsync(Action<VismaResilienceOptions>? options = null, HttpMessageHandler? transport = null) => TestApp.StartAsync(http: http =>
    {
        http.AddVismaResilience(options);
        if (transport is not null)
        {
            http.AssumePrimaryHandlerNeverRedirects().UsePrimaryHandler(transport);
        }
    });

    // Sends a call, and lets time pass as long as it waits between its attempts. The token is in memory, so no other timer is short.
    private static async Task<HttpResponseMessage> PassAsync(TestApp app, FakeCompany company, HttpMethod? method = null)
    {
        await app.GetTokenAsync(company);
        Task<HttpResponseMessage> call = app.SendAsync(company, method, content: method == HttpMethod.Post ? Customer() : null);
        await Eventually.TrueAsync(() =>
        {
            if (app.Time.PendingTimers.Any(timer => timer <= LongestBackoff))
            {
                app.Time.Advance(TimeSpan.FromSeconds(1));
            }

            return call.IsCompleted;
        });
        return await call;
    }

    private static StringContent Customer() => new("""{"name":"New customer"}""", Encoding.UTF8, "application/json");

    // A transport that cannot open the connection of one request.
    private sealed class UnreachableOnce(int send) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        private int _sends;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => ++_sends == send
            ? throw new HttpRequestException(HttpRequestError.ConnectionError, "refused", new SocketException((int)SocketError.ConnectionRefused))
            : base.SendAsync(request, cancellationToken);
    }
}
