using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Handlers;

/// <summary>Handlers that send the same message again while an earlier attempt is under way. From field B2.</summary>
public class MessageInFlightTests
{
    [Theory]
    [InlineData("1.0")]
    [InlineData("1.1")]
    [InlineData("2.0")]
    [InlineData("3.0")]
    public async Task Message_whose_first_attempt_waits_for_its_response_is_not_sent_a_second_time(string version)
    {
        SecondAttempt second = new();
        await using TestApp app = await TestApp.StartAsync(http: http => http.AddHttpMessageHandler(() => second));
        (FakeCompany acme, FakeCompany bond) = (app.AddCompany("Acme AS"), app.AddCompany("Bond AS"));
        await app.GetTokenAsync(bond);
        using FakePause pause = app.Visma.NetErpEndpoint.PauseNext();
        using HttpRequestMessage request = TestApp.Request(acme);
        request.Version = new Version(version);
        second.At(pause, () => request.SetTenant(bond.TenantId));

        using HttpResponseMessage response = await app.Erp.SendAsync(request, TestApp.Cancellation).Soon();

        string sent = Assert.Single(app.Visma.NetErpEndpoint.Requests).Authorization!;
        Assert.Equal((await app.GetTokenAsync(acme)).AuthorizationHeader, sent);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("still being sent", second.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(new Version(version), request.Version);
        Assert.Null(request.Headers.Authorization);
    }

    [Fact]
    public async Task Message_whose_first_attempt_waits_for_its_token_is_not_sent_a_second_time()
    {
        SecondAttempt second = new();
        await using TestApp app = await TestApp.StartAsync(http: http => http.AddHttpMessageHandler(() => second));
        (FakeCompany acme, FakeCompany bond) = (app.AddCompany("Acme AS"), app.AddCompany("Bond AS"));
        await app.GetTokenAsync(bond);
        using FakePause pause = app.TokenEndpoint.PauseNext();
        using HttpRequestMessage request = TestApp.Request(acme);
        second.At(pause, () => request.SetTenant(bond.TenantId));

        using HttpResponseMessage response = await app.Erp.SendAsync(request, TestApp.Cancellation).Soon();

        Assert.Contains("still being sent", second.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal((await app.GetTokenAsync(acme)).AuthorizationHeader, Assert.Single(app.Visma.NetErpEndpoint.Requests).Authorization);
    }

    [Fact]
    public async Task Message_whose_rejected_token_is_being_renewed_is_not_sent_a_second_time()
    {
        SecondAttempt second = new();
        await using TestApp app = await TestApp.StartAsync(http: http => http.AddHttpMessageHandler(() => second));
        (FakeCompany acme, FakeCompany bond) = (app.AddCompany("Acme AS"), app.AddCompany("Bond AS"));
        await app.GetTokenAsync(acme);
        await app.GetTokenAsync(bond);
        app.Time.Advance(TimeSpan.FromMinutes(2));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.Unauthorized));
        using FakePause pause = app.TokenEndpoint.PauseNext();
        using HttpRequestMessage request = TestApp.Request(acme);
        second.At(pause, () => request.SetTenant(bond.TenantId));

        using HttpResponseMessage response = await app.Erp.SendAsync(request, TestApp.Cancellation).Soon();

        Assert.Contains("still being sent", second.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((await app.GetTokenAsync(acme)).AuthorizationHeader, app.Visma.NetErpEndpoint.Requests[^1].Authorization);
        Assert.Equal(2, app.Visma.NetErpEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Message_of_an_unusual_version_is_not_sent_a_second_time()
    {
        SecondAttempt second = new();
        AnyVersion transport = new();
        await using TestApp app = await TestApp.StartAsync(http: http => http
            .AddHttpMessageHandler(() => second)
            .ConfigurePrimaryHttpMessageHandler(() => transport)
            .AssumePrimaryHandlerNeverRedirects());
        using HttpRequestMessage request = TestApp.Request(app.AddCompany());
        request.Version = new Version(1, 2);
        second.Begin = () => transport.Gate.Reached;
        second.Ended = transport.Gate.Open;

        using HttpResponseMessage response = await app.Erp.SendAsync(request, TestApp.Cancellation).Soon();

        Assert.Contains("still being sent", second.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(new Version(1, 2), request.Version);
    }

    // Its header looks like one of the caller, and is the token of the other company.
    [Fact]
    public async Task Copy_of_a_message_in_flight_is_not_sent()
    {
        HttpRequestMessage? copy = null;
        SecondAttempt second = new() { Message = () => copy! };
        await using TestApp app = await TestApp.StartAsync(http: http => http.AddHttpMessageHandler(() => second));
        (FakeCompany acme, FakeCompany bond) = (app.AddCompany("Acme AS"), app.AddCompany("Bond AS"));
        using FakePause pause = app.Visma.NetErpEndpoint.PauseNext();
        using HttpRequestMessage request = TestApp.Request(acme);
        second.At(pause, () =>
        {
            copy = new HttpRequestMessage(request.Method, request.RequestUri) { Version = request.Version }.SetTenant(bond.TenantId);
            foreach ((string name, IEnumerable<string> values) in request.Headers)
            {
                copy.Headers.TryAddWithoutValidation(name, values);
            }
        });

        using HttpResponseMessage response = await app.Erp.SendAsync(request, TestApp.Cancellation).Soon();

        Assert.Contains("copied while it was", second.Failure!.Message, StringComparison.Ordinal);
        Assert.Single(app.Visma.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Message_with_a_header_of_the_caller_may_be_in_flight_twice()
    {
        SecondAttempt second = new();
        await using TestApp app = await TestApp.StartAsync(http: http => http.AddHttpMessageHandler(() => second));
        using FakePause pause = app.Visma.NetErpEndpoint.PauseNext();
        using HttpRequestMessage request = TestApp.Request(app.AddCompany());
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", "bWluZQ==");
        second.At(pause, () => { });

        using HttpResponseMessage response = await app.Erp.SendAsync(request, TestApp.Cancellation).Soon();

        Assert.Null(second.Failure);
        Assert.All(app.Visma.NetErpEndpoint.Requests, sent => Assert.Equal("Basic bWluZQ==", sent.Authorization));
        Assert.Equal(2, app.Visma.NetErpEndpoint.Requests.Count);
    }

    [Theory]
    [InlineData("names another client")]
    [InlineData("gets no token")]
    [InlineData("is not answered")]
    public async Task Message_can_be_sent_again_after_an_attempt_that(string what)
    {
        AgainAfterFailure outer = new();
        await using TestApp app = await TestApp.StartAsync(http: http => http.AddHttpMessageHandler(() => outer));
        FakeCompany company = app.AddCompany();
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "customer").SetTokenKey(TestApp.KeyOf(company));
        switch (what)
        {
            case "names another client":
                request.SetTokenKey(TokenKey.ForTenant("other", "a1b2"));
                break;
            case "gets no token":
                app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_scope"));
                break;
            default:
                app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Drop);
                break;
        }

        outer.Change = () => request.SetTokenKey(TestApp.KeyOf(company).WithScopes(TestApp.ReadScope));
        using HttpResponseMessage response = await app.Erp.SendAsync(request, TestApp.Cancellation).Soon();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    // Its token is in memory, and the transport completes synchronously.
    [Fact]
    public async Task Message_that_is_answered_at_once_can_be_sent_again_and_keeps_no_token()
    {
        AtOnce transport = new(HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK);
        await using TestApp app = await TestApp.StartAsync(http: http => http
            .AddHttpMessageHandler(() => new RetryHandler())
            .ConfigurePrimaryHttpMessageHandler(() => transport)
            .AssumePrimaryHandlerNeverRedirects());
        FakeCompany company = app.AddCompany();
        string token = (await app.GetTokenAsync(company)).AuthorizationHeader;
        using HttpRequestMessage request = TestApp.Request(company);

        using HttpResponseMessage response = await app.Erp.SendAsync(request, TestApp.Cancellation).Soon();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([token, token], transport.Authorizations);
        Assert.Null(request.Headers.Authorization);
    }

    [Fact]
    public async Task Message_of_a_redirected_response_can_be_sent_again()
    {
        await using TestApp app = await TestApp.StartAsync(http: http => http.AddHttpMessageHandler(() => new AgainAtTarget()));
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.Redirect("/v1/account"));

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["/v1/customer", "/v1/account", "/v1/account"], app.Visma.NetErpEndpoint.Requests.Select(sent => sent.PathAndQuery));
    }

    /// <summary>Sends a message while the first attempt is under way, and returns the response to the first attempt.</summary>
    private sealed class SecondAttempt : DelegatingHandler
    {
        public Func<Task> Begin { get; set; } = () => Task.CompletedTask;

        public Action Ended { get; set; } = () => { };

        public Func<HttpRequestMessage>? Message { get; init; }

        public Exception? Failure { get; private set; }

        /// <summary>Begins the second attempt when the first one has come to the pause, which then ends.</summary>
        public void At(FakePause pause, Action prepare)
        {
            Begin = async () =>
            {
                await pause.Reached;
                prepare();
            };
            Ended = pause.Release;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Task<HttpResponseMessage> first = base.SendAsync(request, cancellationToken);
            await Begin();
            try
            {
                (await base.SendAsync(Message?.Invoke() ?? request, cancellationToken)).Dispose();
            }
            catch (InvalidOperationException failure)
            {
                Failure = failure;
            }

            Ended();
            return await first;
        }
    }

    private sealed class AnyVersion : HttpMessageHandler
    {
        public Gate Gate { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Gate.PassAsync();
            return new HttpResponseMessage { RequestMessage = request };
        }
    }

    private sealed class AgainAfterFailure : DelegatingHandler
    {
        public Action Change { get; set; } = () => { };

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (Exception)
            {
                Change();
                return await base.SendAsync(request, cancellationToken);
            }
        }
    }

    private sealed class AtOnce(params HttpStatusCode[] answers) : HttpMessageHandler
    {
        public List<string> Authorizations { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Authorizations.Add($"{request.Headers.Authorization}");
            return Task.FromResult(new HttpResponseMessage(answers[Authorizations.Count - 1]) { RequestMessage = request });
        }
    }

    private sealed class AgainAtTarget : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using HttpResponseMessage first = await base.SendAsync(request, cancellationToken);
            return await base.SendAsync(first.RequestMessage!, cancellationToken);
        }
    }
}
