using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>A logging provider throws at each line of the library: no token is lost, and callers get the same results.</summary>
public class BrokenLogTests
{
    private static readonly TimeSpan SaveAgainAfter = TimeSpan.FromSeconds(35) / 3;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(nameof(ILogger.Log))]
    [InlineData(nameof(ILogger.IsEnabled))]
    [InlineData(nameof(ILoggerProvider.CreateLogger))]
    public async Task Tokens_that_a_cache_did_not_take_are_saved_when_it_is_back(string at)
    {
        BrokenLog log = new(at);
        await using UserApp app = await StartAsync(log);
        (AppProcess process, AccessToken token) = await app.StartWithUnsavedTokensAsync();

        Assert.Equal(token.Value, (await process.GetTokenAsync()).Value);
        await process.PassAsync(SaveAgainAfter);
        await process.WaitsForAsync(SaveAgainAfter);
        app.Cache.IsDown = false;
        await process.PassAsync(SaveAgainAfter);

        await Eventually.TrueAsync(async () => (await app.EntryAsync()).Tokens.AccessToken.Value == token.Value);
        Assert.Equal(1, app.Renewals);
        Assert.InRange(log.Thrown, 1, int.MaxValue);
    }

    [Fact]
    public async Task Consent_is_saved_when_the_cache_is_back()
    {
        BrokenLog log = new();
        await using UserApp app = await StartAsync(log);
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<VismaConnection> completing = process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
        await reply.Reached.Soon();
        app.Cache.IsDown = true;
        reply.Release();

        // The line about the tokens that are not saved.
        await Eventually.TrueAsync(() => log.Thrown == 1);
        await process.PassAsync(SaveAgainAfter);
        await process.WaitsForAsync(SaveAgainAfter);
        app.Cache.IsDown = false;
        await process.PassAsync(SaveAgainAfter);

        Assert.Equal(ConnectionState.Active, (await completing).State);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Reply_that_was_lost_is_requested_again()
    {
        await using UserApp app = await StartAsync(refreshTokens: FakeRefreshTokens.OneTime(Minute));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply();

        await process.GetTokenAsync();

        Assert.Equal(2, app.Renewals);
        Assert.Null((await app.EntryAsync()).Mark);
    }

    [Fact]
    public async Task Refresh_token_of_a_broken_reply_is_saved()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.CutNextReplyAfter("refresh_token");

        await process.GetTokenAsync();

        Assert.Equal(2, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Tokens_that_the_cache_has_forgotten_are_saved_again()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        TokenEntry older = Copy.Of(await app.EntryAsync());
        await process.GetTokenAsync();
        await app.Cache.ForgetBackToAsync(UserApp.Key, older);
        app.Expire();

        await process.GetTokenAsync();

        Assert.Equal(2, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Mark_of_a_dead_process_is_taken_over()
    {
        await using UserApp app = await StartAsync(refreshTokens: FakeRefreshTokens.OneTime(Minute));
        AppProcess dead = await app.StartWithExpiredTokenAsync();
        Task stopped = app.Cache.HoldNext(call => call.SetsMark, after: true).Reached;
        _ = dead.GetTokenAsync();
        await stopped.Soon();
        AppProcess process = app.StartProcess(RenewalRaceTests.ClockOf(app));

        Task<AccessToken> call = process.GetTokenAsync();
        await process.WatchUntilAsync(call);

        await call;
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Next_secret_is_tried()
    {
        await using UserApp app = await StartAsync(client: options => options.ClientSecrets.Add("the-new-one"));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.Client.RemoveSecret(app.Client.Secret);
        app.Client.AddSecret("the-new-one");

        await process.GetTokenAsync();

        Assert.Null((await app.EntryAsync()).Mark);
    }

    [Fact]
    public async Task End_of_a_connection_is_told_to_its_observers()
    {
        TaskCompletionSource notified = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using UserApp app = await StartAsync(services: services => services.AddVismaConnect(_ => { })
            .OnReauthorizationRequired((_, _, _) => throw new InvalidOperationException("The mail server is down."))
            .OnReauthorizationRequired((_, _, _) =>
            {
                notified.SetResult();
                return Task.CompletedTask;
            }));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.Visma.RevokeGrants(app.Client);

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());

        await notified.Task.Soon();
    }

    [Fact]
    public async Task Disconnection_returns_its_result()
    {
        await using UserApp app = await StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        app.Server.RevocationEndpoint.AnswerNext(FakeReply.Busy("60"));

        Disconnection disconnection = await process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();

        Assert.True(disconnection.WasConnected);
        Assert.NotNull(disconnection.RevocationFailure);
    }

    [Fact]
    public async Task Service_token_is_served_although_the_shared_cache_is_down()
    {
        TroubledCache cache = new() { IsDown = true };
        BrokenLog log = new();
        await using TestApp app = await TestApp.StartAsync(services: services => Break(services, log).AddSingleton<ITokenCache>(cache));

        Assert.NotNull(await app.GetTokenAsync(app.AddCompany()));
        Assert.InRange(log.Thrown, 2, int.MaxValue);
    }

    [Fact]
    public async Task Token_is_served_and_renewed_later_when_a_renewal_in_the_background_failed()
    {
        BrokenLog log = new();
        await using TestApp app = await TestApp.StartAsync(services: services => Break(services, log));
        FakeCompany company = app.AddCompany();
        AccessToken first = await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(57));
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_request"));

        Assert.Same(first, await app.GetTokenAsync(company));
        // One line about the first token, and one about the failure.
        await Eventually.TrueAsync(() => log.Thrown == 2);
        app.Time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.TrueAsync(async () => !ReferenceEquals(first, await app.GetTokenAsync(company)));
        Assert.Equal(3, app.TokenEndpoint.Requests.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.TemporaryRedirect)]
    public async Task Response_of_the_api_reaches_the_caller(HttpStatusCode status)
    {
        BrokenLog log = new();
        await using TestApp app = await TestApp.StartAsync(services: services => Break(services, log));
        app.Visma.NetErpEndpoint.Script = _ => status == HttpStatusCode.TemporaryRedirect
            ? FakeReply.Redirect("https://elsewhere.example/")
            : FakeReply.Challenge(status, status == HttpStatusCode.Forbidden ? "insufficient_scope" : "invalid_token", "a:scope");

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany());

        Assert.Equal(status, response.StatusCode);
        Assert.InRange(log.Thrown, 2, int.MaxValue);
    }

    [Fact]
    public async Task Host_starts_and_stops()
    {
        BrokenLog log = new();
        await using UserApp app = await StartAsync(log);
        AppProcess process = app.StartProcess();

        foreach (IHostedService service in process.Services.GetServices<IHostedService>())
        {
            await service.StartAsync(TestApp.Cancellation);
            await service.StopAsync(TestApp.Cancellation);
        }

        // The advice about the grace period.
        Assert.Equal(1, log.Thrown);
    }

    private static Task<UserApp> StartAsync(
        BrokenLog? log = null,
        FakeRefreshTokens? refreshTokens = null,
        Action<VismaClientOptions>? client = null,
        Action<IServiceCollection>? services = null) =>
        UserApp.StartAsync(refreshTokens, client, collection =>
        {
            Break(collection, log ?? new BrokenLog());
            services?.Invoke(collection);
        });

    private static IServiceCollection Break(IServiceCollection services, BrokenLog log) => services.AddLogging(logging => logging.ClearProviders().AddProvider(log));
}
