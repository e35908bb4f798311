#pragma warning disable VISMA001 // The library still supports VNI.

using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Wire;

/// <summary>Which requests to identity servers are repeated, after what, and within which time.</summary>
public class RepeatTests
{
    private const string Token = """{"access_token":"t0ken","token_type":"Bearer","expires_in":3600}""";

    public static TheoryData<string, FakeReply> TransientFailures => new()
    {
        { "503", FakeReply.Status(HttpStatusCode.ServiceUnavailable) },
        { "500 with an OAuth error", FakeReply.Refusal("server_error", status: HttpStatusCode.InternalServerError) },
        { "502 of a gateway", FakeReply.Status(HttpStatusCode.BadGateway, "<html>", "text/html") },
        { "200 with a page of a gateway", FakeReply.Status(HttpStatusCode.OK, "<html>", "text/html") },
        { "408", FakeReply.Status(HttpStatusCode.RequestTimeout) },
        { "429 without Retry-After", FakeReply.Status(HttpStatusCode.TooManyRequests) },
        { "429 with Retry-After in seconds", FakeReply.Busy("2", HttpStatusCode.TooManyRequests) },
        { "503 with Retry-After as a date", FakeReply.Busy("Sat, 21 Nov 2026 12:00:02 GMT") },
        { "closed connection", FakeReply.Drop },
        { "half a reply", FakeReply.CutShort("""{"access_token":"t0""") },
    };

    public static TheoryData<string> Repeated => [.. Requests.Keys.Where(name => !name.StartsWith("never", StringComparison.Ordinal))];

    public static TheoryData<string> NeverRepeated => [.. Requests.Keys.Where(name => name.StartsWith("never", StringComparison.Ordinal))];

    // The endpoint, and a request to it that succeeds unless the endpoint fails.
    private static readonly Dictionary<string, (Func<FakeVisma, FakeEndpoint> Endpoint, Func<Parties, Task> Send)> Requests = new()
    {
        ["client credentials"] = (visma => visma.TokenEndpoint, parties => parties.Visma.RequestClientCredentialsTokenAsync(cancellationToken: TestApp.Cancellation)),
        ["revocation"] = (visma => visma.Connect.RevocationEndpoint, parties => parties.Visma.RevokeAsync("r3fresh", TestApp.Cancellation)),
        ["userinfo"] = (visma => visma.Connect.UserInfoEndpoint, async parties => await parties.Visma.GetUserInfoAsync((await parties.ExchangeAsync()).AccessToken, cancellationToken: TestApp.Cancellation)),
        ["discovery"] = (visma => visma.Connect.DiscoveryEndpoint, parties => parties.ExchangeAsync()),
        ["keys"] = (visma => visma.Connect.KeysEndpoint, parties => parties.ExchangeAsync()),
        ["companies of VNI"] = (visma => visma.Vni.ContextEndpoint, async parties => await parties.Vni.GetCompaniesAsync((await parties.VniExchangeAsync()).AccessToken, TestApp.Cancellation)),
        ["never: code"] = (visma => visma.TokenEndpoint, parties => parties.ExchangeAsync()),
        ["never: refresh"] = (visma => visma.TokenEndpoint, parties => parties.Visma.RefreshAsync("r3fresh", TestApp.Cancellation)),
        ["never: extension grant"] = (visma => visma.TokenEndpoint, parties => parties.Visma.RequestExtensionGrantTokenAsync("urn:example:delegation", [new("assertion", "a")], TestApp.Cancellation)),
        ["never: code of VNI"] = (visma => visma.Vni.TokenEndpoint, parties => parties.VniExchangeAsync()),
        ["never: revocation at VNI"] = (visma => visma.Vni.RevocationEndpoint, parties => parties.Vni.RevokeAsync("t0ken", TestApp.Cancellation)),
    };

    [Theory]
    [MemberData(nameof(Repeated))]
    public async Task Request_that_may_be_repeated_survives_one_failure(string name)
    {
        await using Parties parties = await Parties.StartAsync();
        FakeEndpoint endpoint = Requests[name].Endpoint(parties.Fake);
        endpoint.AnswerNext(FakeReply.Status(HttpStatusCode.ServiceUnavailable));

        Task call = Requests[name].Send(parties);
        await parties.Time.UntilEndAsync(call);
        await call;

        Assert.Equal(2, endpoint.Requests.Count);
        Assert.Equal(endpoint.Requests[0].Form, endpoint.Requests[1].Form);
        Assert.Equal(endpoint.Requests[0].Authorization, endpoint.Requests[1].Authorization);
    }

    // RFC 7009 section 2.2: the body of the reply to a revocation says nothing.
    [Theory]
    [MemberData(nameof(Repeated))]
    public async Task Request_that_may_be_repeated_survives_a_page_of_a_gateway(string name)
    {
        await using Parties parties = await Parties.StartAsync();
        FakeEndpoint endpoint = Requests[name].Endpoint(parties.Fake);
        endpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, "<html>", "text/html"));

        Task call = Requests[name].Send(parties);
        await parties.Time.UntilEndAsync(call);
        await call;

        Assert.Equal(name == "revocation" ? 1 : 2, endpoint.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(NeverRepeated))]
    public async Task Request_that_may_have_done_its_work_is_sent_once(string name)
    {
        foreach (FakeReply reply in (FakeReply[])[FakeReply.Status(HttpStatusCode.ServiceUnavailable), FakeReply.Busy("1"), FakeReply.Drop])
        {
            await using Parties parties = await Parties.StartAsync();
            FakeEndpoint endpoint = Requests[name].Endpoint(parties.Fake);
            endpoint.AnswerNext(reply);

            VismaConnectException error = await parties.Time.FailureAsync(Requests[name].Send(parties));

            Assert.True(error.IsTransient);
            Assert.Single(endpoint.Requests);
        }
    }

    [Theory]
    [MemberData(nameof(TransientFailures))]
    public async Task Failure_that_passes_is_overcome(string what, FakeReply reply)
    {
        Assert.NotEmpty(what);
        await using TestApp app = await TestApp.StartAsync();
        app.TokenEndpoint.AnswerNext(reply);

        AccessToken token = await app.Time.ResultAsync(app.GetTokenAsync(app.AddCompany()).AsTask(), longestWait: TimeSpan.FromSeconds(2.5));

        Assert.NotEmpty(token.Value);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Reply_that_is_lost_after_the_server_did_its_work_is_asked_for_again()
    {
        await using TestApp app = await TestApp.StartAsync();
        app.TokenEndpoint.LoseNextReply();

        Assert.NotEmpty((await app.Time.ResultAsync(app.GetTokenAsync(app.AddCompany()).AsTask())).Value);

        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.NotFound)]
    public async Task Answer_that_would_be_the_same_again_is_not_asked_for_again(HttpStatusCode status)
    {
        await using TestApp app = await TestApp.StartAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Status(status, "<html>", "text/html"));

        await app.Time.FailureAsync(app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Repeats_end_with_the_last_failure()
    {
        await using TestApp app = await TestApp.StartAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.BadGateway), times: 10);

        VismaConnectException error = await app.Time.FailureAsync(app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.Equal((HttpStatusCode.BadGateway, true), (error.StatusCode!.Value, error.IsTransient));
        Assert.Equal(3, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Repeat_waits_for_as_long_as_the_server_asks()
    {
        await using TestApp app = await TestApp.StartAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("20", HttpStatusCode.TooManyRequests));
        Task<AccessToken> call = app.GetTokenAsync(app.AddCompany()).AsTask();
        await Eventually.TrueAsync(() => app.Time.PendingTimers.Contains(TimeSpan.FromSeconds(20)));

        app.Time.Advance(TimeSpan.FromSeconds(19.9));
        Assert.Single(app.TokenEndpoint.Requests);
        app.Time.Advance(TimeSpan.FromSeconds(0.1));

        // The lifetime of the token does not begin before the request that was answered.
        Assert.Equal(app.Time.GetUtcNow() + app.Client.TokenLifetime, (await call).ExpiresAt);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Theory]
    [InlineData("30")]
    [InlineData("Sat, 21 Nov 2026 12:01:00 GMT")]
    public async Task Pause_that_does_not_fit_into_the_time_limit_fails_at_once(string retryAfter)
    {
        await using TestApp app = await TestApp.StartAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Busy(retryAfter));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.InRange(error.RetryAfter!.Value, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task All_attempts_and_waits_share_one_time_limit()
    {
        await using TestApp app = await TestApp.StartAsync(client => client.TokenRequestTimeout = TimeSpan.FromSeconds(10));
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("6"));
        Task<AccessToken> call = app.GetTokenAsync(app.AddCompany()).AsTask();
        await Eventually.TrueAsync(() => app.Time.PendingTimers.Contains(TimeSpan.FromSeconds(6)));
        using FakePause silence = app.TokenEndpoint.PauseNext();
        app.Time.Advance(TimeSpan.FromSeconds(6));
        await silence.Reached.Soon();

        app.Time.Advance(TimeSpan.FromSeconds(4));
        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => call);

        Assert.Contains("No reply to the token request", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Wait_for_a_place_before_a_repeat_is_within_the_time_limit()
    {
        await using TestApp app = await TestApp.StartAsync(
            client => client.TokenRequestTimeout = TimeSpan.FromSeconds(10),
            services: services => services.AddVismaConnect(options =>
            {
                options.MaxConcurrentTokenRequests = 1;
                options.Clients["other"] = new VismaClientOptions { ClientId = "isv_acme_other", ClientSecret = "s", TenantUse = TenantUse.None };
            }));
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("6"));
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, Token));
        FakeCompany company = app.AddCompany();
        Task<AccessToken> call = app.GetTokenAsync(company).AsTask();
        await Eventually.TrueAsync(() => app.Time.PendingTimers.Contains(TimeSpan.FromSeconds(6)));
        using FakePause slow = app.TokenEndpoint.PauseNext();
        Task<AccessToken> other = app.Tokens.GetTokenAsync(TokenKey.ForClient("other"), TestApp.Cancellation).AsTask();
        await slow.Reached.Soon();

        app.Time.Advance(TimeSpan.FromSeconds(6));
        app.Time.Advance(TimeSpan.FromSeconds(4));
        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => call);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, true, TimeSpan.Zero), (error.StatusCode!.Value, error.IsTransient, error.RetryAfter!.Value));
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
        slow.Release();
        await other.Soon();
        Assert.NotEmpty((await app.GetTokenAsync(company)).Value);
    }

    [Fact]
    public async Task Silent_server_is_not_asked_again_because_no_time_is_left()
    {
        await using TestApp app = await TestApp.StartAsync();
        using FakePause silence = app.TokenEndpoint.PauseNext();
        Task<AccessToken> call = app.GetTokenAsync(app.AddCompany()).AsTask();
        await silence.Reached.Soon();

        await app.Time.PassAsync(TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<VismaConnectException>(() => call);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Cancellation_ends_the_wait_for_a_repeat()
    {
        await using Parties parties = await Parties.StartAsync();
        parties.Fake.TokenEndpoint.AnswerNext(FakeReply.Busy("20"));
        using CancellationTokenSource cancellation = new();
        Task<TokenResponse> call = parties.Visma.RequestClientCredentialsTokenAsync(cancellationToken: cancellation.Token);
        await Eventually.TrueAsync(() => parties.Time.PendingTimers.Contains(TimeSpan.FromSeconds(20)));

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        Assert.Single(parties.Fake.TokenEndpoint.Requests);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 0)]
    public async Task Repeats_can_be_switched_off(bool enabled, int retries)
    {
        await using TestApp app = await TestApp.StartAsync(services: services => services.Configure<VismaConnectOptions>(options =>
        {
            options.TokenRequests.Enabled = enabled;
            options.TokenRequests.Retries = retries;
        }));
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);

        await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Client_without_a_container_has_the_same_settings()
    {
        await using Parties parties = await Parties.StartAsync();
        using VismaConnectClient once = new(parties.Options, parties.Fake.VismaConnect, parties.Time, new TokenRequestOptions { Retries = 0 });
        parties.Fake.TokenEndpoint.AnswerNext(FakeReply.Drop);

        await Assert.ThrowsAsync<VismaConnectException>(() => once.RequestClientCredentialsTokenAsync(cancellationToken: TestApp.Cancellation));

        Assert.Single(parties.Fake.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Number_of_repeats_is_a_setting()
    {
        await using TestApp app = await TestApp.StartAsync(
            services: services => services.Configure<VismaConnectOptions>(options => options.TokenRequests.Retries = 5));
        app.TokenEndpoint.AnswerNext(FakeReply.Drop, times: 5);
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, Token));

        await app.Time.ResultAsync(app.GetTokenAsync(app.AddCompany()).AsTask(), longestWait: TimeSpan.FromSeconds(6));

        Assert.Equal(6, app.TokenEndpoint.Requests.Count);
    }

    private sealed class Parties(FakeVisma fake, ManualTime time, FakeClient client, FakeUser user) : IAsyncDisposable
    {
        public FakeVisma Fake => fake;

        public ManualTime Time => time;

        public VismaClientOptions Options
        {
            get
            {
                VismaClientOptions options = client.ToOptions();
                options.RedirectUri = UserApp.RedirectUri;
                return options;
            }
        }

        public VismaConnectClient Visma => field ??= new(Options, fake.VismaConnect, time);

        public VniClient Vni => field ??= new(Options, fake.Vni.Authority, time);

        public static async Task<Parties> StartAsync()
        {
            ManualTime time = new();
            FakeVisma fake = await FakeVisma.StartAsync(time, TestApp.Cancellation);
            FakeClient client = fake.AddClient("isv_acme_web", "openid", "offline_access", "financialstasks").AllowRedirectTo(UserApp.RedirectUri);
            return new Parties(fake, time, client, fake.AddUser("Kari Nordmann", fake.AddCompany("Acme AS")));
        }

        public async Task<TokenResponse> ExchangeAsync()
        {
            AuthorizationRequest request = Visma.CreateAuthorizationRequest();
            return await Visma.ExchangeCodeAsync(request, await AnswerAsync(request), TestApp.Cancellation);
        }

        public async Task<TokenResponse> VniExchangeAsync()
        {
            AuthorizationRequest request = Vni.CreateAuthorizationRequest(new AuthorizationRequestOptions { Scopes = { "financialstasks" } });
            return await Vni.ExchangeCodeAsync(request, await AnswerAsync(request), TestApp.Cancellation);
        }

        public ValueTask DisposeAsync()
        {
            Visma.Dispose();
            Vni.Dispose();
            return fake.DisposeAsync();
        }

        private async Task<AuthorizationResponse> AnswerAsync(AuthorizationRequest request) =>
            AuthorizationResponse.FromUri((await fake.SignInAsync(request.Url, user, cancellationToken: TestApp.Cancellation)).Uri);
    }
}
