using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.Retry;

namespace Visma.Connect.Sdk.Tests.Wire;

/// <summary>The application replaces the policy for requests that may be repeated.</summary>
public class TokenRequestPolicyTests
{
    [Fact]
    public async Task Policy_of_the_application_repeats_as_it_likes()
    {
        int times = 0;
        IAsyncPolicy<HttpResponseMessage> policy = new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().HandleResult(seen => !seen.IsSuccessStatusCode),
                MaxRetryAttempts = 4,
                Delay = TimeSpan.Zero,
                OnRetry = _ =>
                {
                    times++;
                    return default;
                },
            })
            .Build()
            .AsAsyncPolicy();
        await using TestApp app = await StartAsync(_ => policy);
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);
        app.TokenEndpoint.AnswerNext(FakeReply.CutShort("{"));
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.BadGateway));
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_request"));

        Assert.NotEmpty((await app.GetTokenAsync(app.AddCompany())).Value);

        Assert.Equal((4, 5), (times, app.TokenEndpoint.Requests.Count));
    }

    [Fact]
    public async Task Policy_that_comes_after_the_time_limit_gets_no_attempt_and_the_failure_is_transient()
    {
        ManualTime? time = null;
        await using TestApp app = await StartAsync(_ =>
        {
            time!.Advance(TimeSpan.FromSeconds(31));
            return Policy.NoOpAsync<HttpResponseMessage>();
        });
        time = app.Time;

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.True(error.IsTransient);
        Assert.Empty(app.TokenEndpoint.Requests);
    }

    // The process stood still before the repeat, and no timer has fired yet.
    [Fact]
    public async Task Repeat_that_comes_after_the_time_limit_is_not_sent()
    {
        ManualTime? time = null;
        IAsyncPolicy<HttpResponseMessage> policy = Policy<HttpResponseMessage>
            .HandleResult(seen => !seen.IsSuccessStatusCode)
            .RetryAsync(1, (_, _) => time!.JumpMonotonicClock(TimeSpan.FromSeconds(31)));
        await using TestApp app = await StartAsync(_ => policy);
        time = app.Time;
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.BadGateway));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.Equal(HttpStatusCode.BadGateway, error.StatusCode);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Request_without_a_policy_is_sent_once()
    {
        await using TestApp app = await StartAsync(_ => null);
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);

        await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Policy_is_chosen_by_method_and_address_and_sees_no_secret()
    {
        List<string> seen = [];
        await using TestApp app = await StartAsync(request =>
        {
            seen.Add($"{request.Method} {request.RequestUri!.AbsolutePath} {request.Headers.Count()} {request.Content}");
            return Policy.NoOpAsync<HttpResponseMessage>();
        });

        await app.GetTokenAsync(app.AddCompany());

        Assert.Equal(["POST /connect/token 0 "], seen);
    }

    [Fact]
    public async Task Refresh_and_code_exchange_have_no_policy()
    {
        List<string> seen = [];
        await using UserApp app = await UserApp.StartAsync(services: services => services.AddVismaConnect(_ => { }).UseTokenRequestPolicy(request =>
        {
            seen.Add(request.RequestUri!.AbsolutePath);
            return Policy.NoOpAsync<HttpResponseMessage>();
        }));
        AppProcess process = await app.StartWithExpiredTokenAsync();

        await process.GetTokenAsync();

        Assert.Empty(seen);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Policy_that_sends_nothing_is_a_transient_error()
    {
        await using TestApp app = await StartAsync(_ => Policy.TimeoutAsync<HttpResponseMessage>(1).WrapAsync(new Refusing()));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.True(error.IsTransient);
        Assert.Contains("policy of the application ended it (TimeoutException)", error.Message, StringComparison.Ordinal);
        Assert.Empty(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Time_limit_of_the_request_ends_a_policy_that_waits_for_longer()
    {
        ManualTime? clock = null;
        await using TestApp app = await StartAsync(_ => new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage> { Delay = TimeSpan.FromHours(1) })
            .Build()
            .AsAsyncPolicy());
        clock = app.Time;
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);
        Task<AccessToken> call = app.GetTokenAsync(app.AddCompany()).AsTask();
        await Eventually.TrueAsync(() => app.Time.PendingTimers.Contains(TimeSpan.FromHours(1)));

        app.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.IsType<HttpRequestException>((await Assert.ThrowsAsync<VismaConnectException>(() => call)).InnerException);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    // The server asked for 20 seconds, and the policy ends 30 seconds later.
    [Fact]
    public async Task Pause_that_the_server_asked_for_does_not_begin_again_when_a_policy_ends_later()
    {
        ManualTime? clock = null;
        await using TestApp app = await StartAsync(_ => new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>().HandleResult(seen => !seen.IsSuccessStatusCode),
                Delay = TimeSpan.FromHours(1),
            })
            .Build()
            .AsAsyncPolicy());
        clock = app.Time;
        FakeCompany company = app.AddCompany();
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("20"));
        Task<AccessToken> call = app.GetTokenAsync(company).AsTask();
        await Eventually.TrueAsync(() => app.Time.PendingTimers.Contains(TimeSpan.FromHours(1)));
        app.Time.Advance(TimeSpan.FromSeconds(30));
        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => call);

        AccessToken other = await app.GetTokenAsync(app.AddCompany());
        AccessToken same = await app.GetTokenAsync(company);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.Zero), (error.StatusCode!.Value, error.RetryAfter!.Value));
        Assert.NotEqual(other.Value, same.Value);
    }

    private static Task<TestApp> StartAsync(Func<HttpRequestMessage, IAsyncPolicy<HttpResponseMessage>?> choose) =>
        TestApp.StartAsync(services: services => services.AddVismaConnect(_ => { }).UseTokenRequestPolicy(choose));

    private sealed class Refusing : AsyncPolicy<HttpResponseMessage>
    {
        protected override Task<HttpResponseMessage> ImplementationAsync(
            Func<Context, CancellationToken, Task<HttpResponseMessage>> action, Context context, CancellationToken cancellationToken, bool continueOnCapturedContext) =>
            throw new TimeoutException();
    }
}
