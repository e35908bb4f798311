using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>Renewals whose request or reply is lost.</summary>
public class LostReplyTests
{
    private static FakeRefreshTokens WithGrace => FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60));

    [Theory]
    [InlineData(FakeReplay.Same)]
    [InlineData(FakeReplay.New)]
    [InlineData(FakeReplay.Newest)]
    public async Task Lost_reply_is_asked_for_again_at_once_within_the_grace(FakeReplay replay)
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60), replay));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply();

        await process.GetTokenAsync();

        Assert.Equal(2, app.Renewals);
        Assert.Equal(2, app.Cache.Calls.Where(call => call.SetsMark).Select(call => call.Entry!.Mark!.Id).Distinct().Count());
        Assert.Empty(app.Visma.NeedlessReplays);
        app.Expire();
        await process.GetTokenAsync();
    }

    [Fact]
    public async Task Lost_reply_loses_nobody_at_a_server_that_keeps_the_token_until_its_successor_is_used()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTimeKeptUntilSuccessorIsUsed());
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply();
        Task<AccessToken> call = process.GetTokenAsync();
        await process.PassAsync(TimeSpan.FromSeconds(30), after: UserApp.SentOnceMore);
        await call;
        app.Expire();

        await process.GetTokenAsync();

        Assert.Equal(3, app.Renewals);
    }

    // The server accepts a spent token again only of consents that were given after the grace period was set.
    [Fact]
    public async Task Consent_that_is_older_than_the_grace_period_is_renewed_as_without_one()
    {
        TimeSpan? grace = null;
        await using UserApp app = await UserApp.StartAsync(client: options => options.GracePeriod = grace);
        await app.StartWithExpiredTokenAsync();
        grace = TimeSpan.FromSeconds(60);
        AppProcess process = app.StartProcess();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);

        Task<AccessToken> call = process.GetTokenAsync();
        await process.PassAsync(TimeSpan.FromSeconds(28), after: UserApp.SentOnceMore);
        await Assert.ThrowsAsync<VismaConnectException>(() => call);

        Assert.Equal(2, app.Renewals);
        Assert.Empty(app.Time.PendingTimers);
    }

    [Fact]
    public async Task Lost_request_is_sent_again()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);

        await process.GetTokenAsync();

        Assert.Equal(2, app.Renewals);
        Assert.Null((await app.EntryAsync()).Mark);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.RequestTimeout)]
    public async Task Answer_that_says_nothing_of_the_token_is_no_answer(HttpStatusCode status)
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply(FakeReply.Status(status, "<html>", "text/html"));

        await process.GetTokenAsync();

        Assert.Equal(2, app.Renewals);
    }

    [Fact]
    public async Task After_two_requests_without_an_answer_the_mark_is_left_with_what_happened()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply(times: 2);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        Assert.True(error.IsTransient);
        Assert.Equal(2, app.Renewals);
        RenewalMark mark = (await app.EntryAsync()).Mark!;
        Assert.Contains("Attempt 1", mark.Outcome, StringComparison.Ordinal);
        Assert.Contains("Attempt 2", mark.Outcome, StringComparison.Ordinal);
        Assert.Equal(ConnectionState.Active, (await app.EntryAsync()).State);
    }

    [Fact]
    public async Task Token_that_may_be_spent_is_sent_again_within_the_grace_period_although_no_caller_comes()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply(times: 4);
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        await process.PassAsync(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => app.Renewals == 4);
        await process.PassAsync(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(async () => (await app.EntryAsync()) is { Mark: null, Attempt: > 0 });

        Assert.Equal(5, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
        Assert.Empty(app.Time.PendingTimers);
    }

    [Fact]
    public async Task Renewal_that_follows_a_lost_reply_without_a_caller_ends_with_the_grace_period()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply(times: 100);
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        for (int pause = 0; pause < 9; pause++)
        {
            await process.PassAsync(TimeSpan.FromSeconds(5));
        }

        await Eventually.TrueAsync(() => app.Time.PendingTimers.Count == 0);
        Assert.Empty(app.Visma.NeedlessReplays);
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());
    }

    [Fact]
    public async Task Renewal_that_would_come_after_the_grace_period_does_not_follow_a_lost_reply()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply(times: 100);
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());
        await process.WaitsForAsync(TimeSpan.FromSeconds(5));

        // The last send within the grace period is possible after 47 seconds. The next renewal would come after 48.
        app.Time.Advance(TimeSpan.FromSeconds(43));
        await Eventually.TrueAsync(() => app.Renewals == 4);
        // A renewal that waits for its time would come at once now.
        await process.Hosted.StoppedAsync(TestApp.Cancellation).Soon();

        Assert.Equal(4, app.Renewals);
    }

    [Fact]
    public async Task Process_that_gave_up_need_not_watch_its_own_mark()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply(times: 2);
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        await process.GetTokenAsync();

        Assert.Equal(3, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Connection_that_ends_after_lost_replies_says_so()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime());
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply();
        using FakePause request = app.TokenEndpoint.PauseNext();
        Task<AccessToken> call = process.GetTokenAsync();
        await request.Reached.Soon();
        app.Time.Advance(TimeSpan.FromSeconds(1));
        request.Release();
        await process.PassAsync(TimeSpan.FromSeconds(29), after: UserApp.SentOnceMore);

        ReauthorizationRequiredException error = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
        Assert.Contains("the token was probably spent by a renewal whose reply was lost. Attempt 1", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Busy_server_does_not_erase_the_evidence_of_a_lost_reply()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply();
        Task<AccessToken> call = process.GetTokenAsync();
        await process.WaitsForAsync(TimeSpan.FromSeconds(30), after: UserApp.SentOnceMore);
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("1", HttpStatusCode.TooManyRequests));
        app.Time.Advance(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<VismaConnectException>(() => call);
        Assert.Contains("Attempt 1", (await app.EntryAsync()).Mark!.Outcome, StringComparison.Ordinal);
        app.Time.Advance(TimeSpan.FromSeconds(40));

        ReauthorizationRequiredException end = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());

        Assert.Contains("whose reply was lost. Attempt 1", end.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_grace_a_slow_reply_is_awaited()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime());
        (AppProcess process, FakePause reply, Task<AccessToken> call) = await app.StartWithOpenRenewalAsync();

        app.Time.Advance(TimeSpan.FromSeconds(29));
        reply.Release();

        await call;
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Without_grace_a_broken_connection_is_not_followed_by_another_request_before_the_first_must_be_over()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime());
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);
        using FakePause request = app.TokenEndpoint.PauseNext();
        Task<AccessToken> call = process.GetTokenAsync();
        await request.Reached.Soon();
        app.Time.Advance(TimeSpan.FromSeconds(1));
        request.Release();

        await process.WaitsForAsync(TimeSpan.FromSeconds(29), after: UserApp.SentOnceMore);
        app.Time.Advance(TimeSpan.FromSeconds(28));
        Assert.Equal(1, app.Renewals);
        app.Time.Advance(TimeSpan.FromSeconds(1));

        await call;
        Assert.Equal(2, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Theory]
    [InlineData(60, 10, 18)]
    [InlineData(0, 30, 70)]
    public async Task Reply_that_does_not_come_is_given_up_after_its_time(int grace, params int[] limits)
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(grace)));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        using FakePause first = app.TokenEndpoint.PauseNext();
        Task<AccessToken> call = process.GetTokenAsync();
        await first.Reached.Soon();
        foreach (int limit in limits)
        {
            Assert.Equal(1, app.Renewals);
            await process.PassAsync(TimeSpan.FromSeconds(limit));
        }

        await call;
        Assert.Equal(2, app.Renewals);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reply_cut_short_after_its_refresh_token_loses_nobody(bool hasGrace)
    {
        await using UserApp app = await UserApp.StartAsync(hasGrace ? WithGrace : FakeRefreshTokens.OneTime());
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.CutNextReplyAfter("refresh_token");

        await process.GetTokenAsync();

        Assert.Equal(2, app.Renewals);
        string[] presented = [.. app.TokenEndpoint.Requests.Where(request => request.Form.ContainsKey("refresh_token")).Select(request => request.Form["refresh_token"])];
        Assert.NotEqual(presented[0], presented[1]);
        Assert.Contains(app.Log.Lines, line => line.Contains("only the refresh token could be used; it is saved", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Unreachable_server_costs_nothing_but_the_wait()
    {
        Uri nowhere = new("http://127.0.0.1:9/connect/token");
        await using UserApp app = await UserApp.StartAsync(services: services =>
            services.PostConfigure<VismaConnectOptions>(options => options.Authorities["VismaConnect"].TokenEndpoint = nowhere));
        AppProcess process = app.StartProcess();
        await app.Cache.SaveAsync(UserApp.Key, Stored(nowhere, app), ifVersion: null, TestApp.Cancellation);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        Assert.True(error.IsTransient);
        TokenEntry entry = await app.EntryAsync();
        Assert.Equal((ConnectionState.Active, "kept"), (entry.State, entry.Tokens.RefreshToken));
        Assert.Null(entry.Mark);
    }

    // The port of the server knows no TLS.
    [Fact]
    public async Task Failed_tls_handshake_costs_nothing_and_is_no_fault_that_passes()
    {
        Uri? endpoint = null;
        await using UserApp app = await UserApp.StartAsync(services: services =>
            services.PostConfigure<VismaConnectOptions>(options => options.Authorities["VismaConnect"].TokenEndpoint = endpoint));
        endpoint = new Uri($"https://127.0.0.1:{app.Visma.Address.Port}/connect/token");
        AppProcess process = app.StartProcess();
        await app.Cache.SaveAsync(UserApp.Key, Stored(endpoint, app), ifVersion: null, TestApp.Cancellation);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        Assert.StartsWith("TLS failed for ", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
        TokenEntry entry = await app.EntryAsync();
        Assert.Equal((ConnectionState.Active, "kept", null), (entry.State, entry.Tokens.RefreshToken, entry.Mark));
    }

    private static TokenEntry Stored(Uri tokenEndpoint, UserApp app) => new()
    {
        Tokens = new TokenSet { AccessToken = new AccessToken("old", app.Time.GetUtcNow().AddHours(-2), app.Time.GetUtcNow().AddHours(-1)), RefreshToken = "kept" },
        TokenEndpoint = tokenEndpoint,
        ClientId = app.Client.ClientId,
        GrantId = "grant",
    };
}
