using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>Sends of a refresh token whose outcome is unknown, when the cache, the clock or another process gets into trouble too.</summary>
public class DoubtfulSendTests
{
    private static readonly TimeSpan RenewalIsDue = TimeSpan.FromMinutes(57);

    private static readonly TokenKey First = TokenKey.ForConnection("nxt", "company-1");

    // The reply is lost, and the cache cannot save the end of the connection.
    [Fact]
    public async Task Evidence_survives_a_cache_that_is_down_when_the_connection_ends()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await ConnectTwoAsync(app);
        app.Expire();
        using FakePause request = app.TokenEndpoint.PauseNextReply();
        app.TokenEndpoint.LoseNextReply();
        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await request.Reached.Soon();
        app.Cache.IsDown = true;
        request.Release();
        await Assert.ThrowsAsync<VismaConnectException>(() => call);
        app.Cache.IsDown = false;
        app.Time.Advance(TimeSpan.FromSeconds(60));

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync("company-1"));

        Assert.Equal(1, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
        await process.GetTokenAsync("company-2");
    }

    // As above, with a cache that can be read: a failover to a read-only replica.
    [Fact]
    public async Task Evidence_survives_a_cache_that_cannot_save_when_the_connection_ends()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await ConnectTwoAsync(app);
        app.Expire();
        for (int failure = 0; failure < 3; failure++)
        {
            app.Cache.FailNext(call => call.Ends);
        }

        app.TokenEndpoint.LoseNextReply();
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync("company-1"));
        app.Cache.Recover();
        app.Time.Advance(TimeSpan.FromSeconds(60));

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync("company-1"));

        Assert.Equal(1, app.Renewals);
        await process.GetTokenAsync("company-2");
    }

    // The access token lives, so the other process adds evidence to the mark and does not end the connection.
    [Fact]
    public async Task Process_that_sent_nothing_removes_its_mark_also_if_another_process_added_evidence_to_it()
    {
        await using UserApp app = await UserApp.StartAsync();
        ManualTime clock = RenewalRaceTests.ClockOf(app);
        AppProcess sleeper = app.StartProcess(clock);
        await app.ConnectAsync(sleeper, "company-1", app.User);
        await app.ConnectAsync(sleeper, "company-2", app.User);
        await sleeper.GetTokenAsync("company-1");
        app.Time.Advance(RenewalIsDue);
        clock.Advance(RenewalIsDue);
        Gate mark = app.Cache.HoldNext(call => call.SetsMark, after: true);
        await sleeper.GetTokenAsync("company-1");
        await mark.Reached.Soon("the mark of the process that is about to sleep");

        AppProcess other = app.StartProcess();
        await other.GetTokenAsync("company-1");
        await other.GetTokenAsync("company-1");
        await other.WatchUntilAsync(() => app.Log.Lines.Any(line => line.Contains("is not sent again", StringComparison.Ordinal)));
        Assert.Equal(0, app.Renewals);
        clock.JumpWallClock(TimeSpan.FromSeconds(40));
        mark.Open();

        await Eventually.TrueAsync(async () => (await app.Cache.EntryAsync(First))!.Attempt > 0, "the tokens of the sleeper");
        app.Time.Advance(TimeSpan.FromMinutes(5));
        clock.Advance(TimeSpan.FromMinutes(5));
        await sleeper.GetTokenAsync("company-1");
        Assert.Equal(1, app.Renewals);
    }

    // The process took the mark for a send. Then the owner, which had sent nothing, removed it.
    [Fact]
    public async Task Mark_that_its_owner_has_removed_is_no_evidence_any_more()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess sleeper = app.StartProcess(RenewalRaceTests.ClockOf(app));
        await app.ConnectAsync(sleeper, "company-1", app.User);
        await app.ConnectAsync(sleeper, "company-2", app.User);
        await sleeper.GetTokenAsync("company-1");
        app.Time.Advance(RenewalIsDue);
        sleeper.Time.Advance(RenewalIsDue);
        Gate mark = app.Cache.HoldNext(call => call.SetsMark, after: true);
        await sleeper.GetTokenAsync("company-1");
        await mark.Reached.Soon("the mark of the process that is about to sleep");
        AppProcess other = app.StartProcess();
        AccessToken token = await other.GetTokenAsync("company-1");
        ITokenSource tokens = other.Services.GetRequiredService<ITokenSource>();
        Task<AccessToken> rejected = tokens.GetTokenAsync(First, token, TestApp.Cancellation).Soon("another token");
        await other.WatchUntilAsync(rejected);
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => rejected);
        sleeper.Time.JumpWallClock(TimeSpan.FromSeconds(40));
        Gate next = app.Cache.HoldNext(call => call.SetsMark);
        mark.Open();
        await next.Reached.Soon("the next mark of the process that has slept");

        app.Time.Advance(TimeSpan.FromMinutes(5));
        await other.GetTokenAsync("company-1");

        Assert.Equal(1, app.Renewals);
        next.Open();
    }

    // Both requests of the process were lost on their way. Another process sent the same token, and then the user connected one more company.
    [Fact]
    public async Task Doubt_about_a_token_does_not_concern_the_next_token_that_another_process_obtained()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process, "company-1", app.User);
        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop, times: 2);
        Task<AccessToken> lost = process.GetTokenAsync("company-1");
        await process.PassAsync(TimeSpan.FromSeconds(30), after: UserApp.SentOnceMore);
        await Assert.ThrowsAsync<VismaConnectException>(() => lost);
        AppProcess other = app.StartProcess();
        Task<AccessToken> ofOther = other.GetTokenAsync("company-1");
        await other.WatchUntilAsync(ofOther);
        await ofOther;
        await app.ConnectAsync(process, "company-2", app.User);
        app.Expire();

        await process.GetTokenAsync("company-1");

        Assert.Equal(4, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    // The list of connections is read, and then the renewal waits for 30 seconds. In that time the user connects the next company.
    [Fact]
    public async Task Connection_that_is_made_while_the_second_request_waits_counts()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process, "company-1", app.User);
        app.Expire();
        app.TokenEndpoint.LoseNextReply();
        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await process.WaitsForAsync(TimeSpan.FromSeconds(30), after: UserApp.SentOnceMore);
        await app.ConnectAsync(process, "company-2", app.User);
        app.Time.Advance(TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);

        Assert.Equal(1, app.Renewals);
        app.Expire();
        await process.GetTokenAsync("company-2");
    }

    // P1 is slow, P2 takes over within the grace period and is told to wait (429). P1's tokens are saved in between, and P2's mark stays.
    [Fact]
    public async Task Mark_for_older_tokens_is_no_evidence_against_the_newer_ones()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        AppProcess slow = app.StartProcess(RenewalRaceTests.ClockOf(app));
        await app.ConnectAsync(slow, "company-1", app.User);
        await app.ConnectAsync(slow, "company-2", app.User);
        app.Expire();
        slow.Time.Advance(app.Client.TokenLifetime);
        Gate late = app.Cache.HoldNext(call => call.SavesTokens);
        Task<AccessToken> ofSlow = slow.GetTokenAsync("company-1");
        await late.Reached.Soon();
        AppProcess taker = app.StartProcess();
        using FakePause request = app.TokenEndpoint.PauseNext();
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("1", HttpStatusCode.TooManyRequests));
        Task<AccessToken> ofTaker = taker.GetTokenAsync("company-1");
        await taker.WatchUntilAsync(request.Reached);
        late.Open();
        await ofSlow;
        request.Release();
        await Assert.ThrowsAsync<VismaConnectException>(() => ofTaker);

        // A whole hour later, with tokens that were never sent.
        app.Expire();
        slow.Time.Advance(app.Client.TokenLifetime + TimeSpan.FromSeconds(20));
        Task<AccessToken> next = slow.GetTokenAsync("company-1");
        await slow.WatchUntilAsync(next);
        await next;
    }

    // The process itself sent the token, and knows it. The cache forgets the mark during the request, as in a failover.
    [Fact]
    public async Task Process_that_sent_the_token_does_not_need_the_cache_for_that()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await ConnectTwoAsync(app);
        app.Expire();
        TokenEntry before = (await app.Cache.EntryAsync(First))!;
        using FakePause request = app.TokenEndpoint.PauseNextReply();
        app.TokenEndpoint.LoseNextReply();
        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await request.Reached.Soon();
        await app.Cache.ForgetBackToAsync(First, before);
        request.Release();

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);

        Assert.Equal(1, app.Renewals);
        await process.GetTokenAsync("company-2");
    }

    [Fact]
    public async Task Token_is_not_sent_again_if_the_window_ends_while_the_mark_is_saved()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        AppProcess process = await ConnectTwoAsync(app);
        app.Expire();
        app.TokenEndpoint.LoseNextReply(times: 2);
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync("company-1"));
        app.Time.Advance(TimeSpan.FromSeconds(46));
        Gate mark = app.Cache.HoldNext(call => call.SetsMark);
        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await mark.Reached.Soon();
        app.Time.Advance(TimeSpan.FromSeconds(1.5));
        mark.Open();

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);

        Assert.Equal(2, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
        await process.GetTokenAsync("company-2");
    }

    // The clock of the process that died was two minutes ahead. The process that took over measures the age of the first send only under that mark.
    [Fact]
    public async Task Window_is_not_opened_again_by_each_new_mark()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        AppProcess process = await ConnectTwoAsync(app);
        app.Expire();
        TokenEntry entry = (await app.Cache.EntryAsync(First))!;
        RenewalMark mark = new() { Id = "dead", Attempt = 1, Lease = TimeSpan.FromSeconds(15), PlacedAt = app.Time.GetUtcNow() + TimeSpan.FromMinutes(2) };
        Assert.True(await app.Cache.SaveAsync(First, entry with { Mark = mark, LastAttempt = 1, Version = "marked" }, entry.Version, TestApp.Cancellation));
        app.TokenEndpoint.AnswerNext(FakeReply.Drop, times: 2);
        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await process.WatchUntilAsync(call);
        await Assert.ThrowsAsync<VismaConnectException>(() => call);
        Assert.Equal(2, app.Renewals);
        // 16 s of watching, 30 s, and 16 s of watching: the grace period that began with the first sight is over.
        app.Time.Advance(TimeSpan.FromSeconds(30));

        Task<AccessToken> late = process.GetTokenAsync("company-1");
        await process.WatchUntilAsync(late);
        await Record.ExceptionAsync(() => late);

        Assert.Equal(2, app.Renewals);
    }

    // A process dies after its send, and the one that takes over, late, dies after its send too.
    [Fact]
    public async Task Window_of_a_third_process_begins_with_the_send_of_the_first()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        AppProcess first = app.StartProcess(RenewalRaceTests.ClockOf(app));
        await app.ConnectAsync(first, "company-1", app.User);
        await app.ConnectAsync(first, "company-2", app.User);
        app.Expire();
        first.Time.Advance(app.Client.TokenLifetime);
        using FakePause ofFirst = app.TokenEndpoint.PauseNextReply();
        _ = first.GetTokenAsync("company-1");
        await ofFirst.Reached.Soon("the send of the first process");
        app.Time.Advance(TimeSpan.FromSeconds(25));
        AppProcess second = app.StartProcess(RenewalRaceTests.ClockOf(app));
        using FakePause ofSecond = app.TokenEndpoint.PauseNextReply();
        _ = second.GetTokenAsync("company-1");
        app.Time.Advance(await second.WatchUntilAsync(ofSecond.Reached));

        // After 25 s, and 16 s of watching, and 16 s more. The last moment for a send within the grace period was after 47 s.
        AppProcess third = app.StartProcess();
        Task<AccessToken> call = third.GetTokenAsync("company-1");
        await third.WatchUntilAsync(call);

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
        Assert.Equal(2, app.Renewals);
    }

    // The API rejects the access token, so it is of no use until it expires.
    [Fact]
    public async Task Rejected_access_token_is_not_served_while_the_refresh_token_is_in_doubt()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await ConnectTwoAsync(app);
        AccessToken token = await process.GetTokenAsync("company-1");
        app.Time.Advance(TimeSpan.FromMinutes(5));
        app.TokenEndpoint.LoseNextReply();
        ITokenSource tokens = process.Services.GetRequiredService<ITokenSource>();

        Exception? first = await Record.ExceptionAsync(() => tokens.GetTokenAsync(First, token, TestApp.Cancellation).Soon("a token"));

        Assert.IsType<ReauthorizationRequiredException>(first);
    }

    // One failed listing decides for ever, although the cache works again a second later, and the user has one connection.
    [Fact]
    public async Task Listing_that_failed_once_does_not_end_the_only_connection_of_a_user()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process, "company-1", app.User);
        app.Expire();
        app.Cache.FailsToList = true;
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);
        Exception? first = await Record.ExceptionAsync(() => process.GetTokenAsync("company-1"));
        app.Cache.FailsToList = false;

        Assert.IsNotType<ReauthorizationRequiredException>(first);
    }

    // The operator follows the advice of the log. The connection was made before, so the server has no grace period for it.
    [Fact]
    public async Task Grace_period_does_not_apply_to_a_connection_that_was_made_before_it_was_set()
    {
        TimeSpan? grace = null;
        await using UserApp app = await UserApp.StartAsync(client: options => options.GracePeriod = grace);
        AppProcess before = await ConnectTwoAsync(app);
        await before.DisposeAsync();
        app.Client.RefreshTokens = FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60));
        grace = TimeSpan.FromSeconds(60);
        AppProcess process = app.StartProcess();
        app.Expire();
        app.TokenEndpoint.LoseNextReply();

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync("company-1"));

        Assert.Equal(1, app.Renewals);
        await process.GetTokenAsync("company-2");
    }

    [Fact]
    public async Task Shorter_grace_period_of_the_consent_counts()
    {
        TimeSpan grace = TimeSpan.FromSeconds(20);
        await using UserApp app = await UserApp.StartAsync(client: options => options.GracePeriod = grace);
        AppProcess before = await ConnectTwoAsync(app);
        await before.DisposeAsync();
        grace = TimeSpan.FromSeconds(60);
        AppProcess process = app.StartProcess();
        app.Expire();
        app.TokenEndpoint.LoseNextReply(times: 2);
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await reply.Reached.Soon();
        app.Time.Advance(TimeSpan.FromSeconds(9));
        app.Time.Advance(TimeSpan.FromSeconds(9));
        reply.Release();

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);

        Assert.Equal(1, app.Renewals);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connection_of_another_application_or_at_another_server_does_not_forbid_a_second_send(bool isOfAnotherApplication)
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await ConnectTwoAsync(app);
        app.Expire();
        TokenKey second = TokenKey.ForConnection("nxt", "company-2");
        TokenEntry entry = (await app.Cache.EntryAsync(second))!;
        TokenEntry elsewhere = isOfAnotherApplication
            ? entry with { ClientId = "isv_acme_other", Version = "elsewhere" }
            : entry with { TokenEndpoint = new Uri("https://connect.example/connect/token"), Version = "elsewhere" };
        Assert.True(await app.Cache.SaveAsync(second, elsewhere, entry.Version, TestApp.Cancellation));
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);

        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await process.PassAsync(TimeSpan.FromSeconds(30), after: UserApp.SentOnceMore);
        await call;

        Assert.Equal(2, app.Renewals);
    }

    [Fact]
    public async Task Doubt_about_a_token_does_not_concern_the_token_of_a_new_consent()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await ConnectTwoAsync(app);
        AccessToken token = await process.GetTokenAsync("company-1");
        app.Time.Advance(RenewalIsDue);
        app.TokenEndpoint.LoseNextReply();
        Assert.Same(token, await process.GetTokenAsync("company-1"));
        await Eventually.TrueAsync(async () => (await app.Cache.EntryAsync(First))!.Mark?.Outcome is not null, "the evidence in the stored mark");

        await app.ConnectAsync(app.StartProcess(), "company-1", app.User);
        app.Expire();
        await process.GetTokenAsync("company-1");

        Assert.Equal(ConnectionState.Active, (await app.Cache.EntryAsync(First))!.State);
    }

    // The token endpoint answers 502 for some minutes. The requests did not reach the server, and each connection is tried once.
    [Fact]
    public async Task Outage_of_the_token_endpoint_does_not_end_every_connection_of_an_accountant()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        for (int company = 1; company <= 12; company++)
        {
            await app.ConnectAsync(process, $"company-{company}", app.User);
        }

        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.BadGateway, "<html>", "text/html"), times: 12);
        int ended = 0;
        for (int company = 1; company < 12; company++)
        {
            Exception? error = await Record.ExceptionAsync(() => process.GetTokenAsync($"company-{company}"));
            ended += error is ReauthorizationRequiredException ? 1 : 0;
        }

        // The first two show that it is an outage. The other tokens are not sent into it.
        Assert.InRange(ended, 0, 2);
    }

    [Fact]
    public async Task Replies_that_are_lost_at_the_same_time_are_one_outage_and_hold_no_other_connection_back()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        for (int company = 1; company <= 4; company++)
        {
            await app.ConnectAsync(process, $"company-{company}", app.User);
        }

        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.BadGateway, "<html>", "text/html"), times: 3);
        FakePause[] replies = [.. Enumerable.Range(0, 3).Select(_ => app.TokenEndpoint.PauseNext())];
        Task<AccessToken>[] calls = [.. Enumerable.Range(1, 3).Select(company => process.GetTokenAsync($"company-{company}"))];
        await Task.WhenAll(replies.Select(reply => reply.Reached)).Soon("three requests under way");
        app.Time.Advance(TimeSpan.FromSeconds(1));
        Array.ForEach(replies, reply => reply.Release());
        foreach (Task<AccessToken> call in calls)
        {
            await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
        }

        await process.GetTokenAsync("company-4");
    }

    // Some connections are refused during an outage, for example while a server restarts. That is no answer.
    [Fact]
    public async Task Connection_that_is_refused_does_not_end_an_outage()
    {
        StrongBox<bool> isRefused = new();
        await using UserApp app = await UserApp.StartAsync(services: services => services.AddVismaConnect(_ => { }).ConfigureTokenRequests(http => http
            .AssumePrimaryHandlerNeverRedirects()
            .ConfigurePrimaryHttpMessageHandler(() => new RefusedConnection(isRefused))));
        AppProcess process = app.StartProcess();
        for (int company = 1; company <= 4; company++)
        {
            await app.ConnectAsync(process, $"company-{company}", app.User);
        }

        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.BadGateway, "<html>", "text/html"), times: 3);
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync("company-1"));
        app.Time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync("company-2"));
        app.Time.Advance(TimeSpan.FromSeconds(5));
        isRefused.Value = true;
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync("company-3"));
        isRefused.Value = false;

        VismaConnectException held = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync("company-4"));

        Assert.Contains("is not sent yet", held.Message, StringComparison.Ordinal);
        Assert.Equal(2, app.Renewals);
    }

    private static async Task<AppProcess> ConnectTwoAsync(UserApp app)
    {
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process, "company-1", app.User);
        await app.ConnectAsync(process, "company-2", app.User);
        return process;
    }

    private sealed class RefusedConnection(StrongBox<bool> isRefused) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => isRefused.Value
            ? throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused.", new SocketException((int)SocketError.ConnectionRefused))
            : base.SendAsync(request, cancellationToken);
    }
}
