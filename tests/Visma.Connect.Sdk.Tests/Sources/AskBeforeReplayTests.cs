using System.Net;

namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>
/// Where the identity server says whether a refresh token is unspent (RFC 7662), a token whose send has an unknown outcome is saved if it is unspent,
/// and is not presented again if it is spent.
/// </summary>
public class AskBeforeReplayTests
{
    private const int Companies = 12;

    // Without a grace period: 30 s for the request, 2 s for a cache operation, and one second.
    private static readonly TimeSpan EarlierSendIsProcessed = TimeSpan.FromSeconds(33);

    private static readonly TimeSpan LongestQuestion = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan NotSlow = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ListenedToAtMost = TimeSpan.FromSeconds(100);

    private static readonly TokenKey First = TokenKey.ForConnection("nxt", "company-1");

    [Fact]
    public async Task Lost_request_costs_an_accountant_no_connection()
    {
        await using UserApp app = await UserApp.StartAsync(asks: true);
        AppProcess process = await ConnectAsync(app, Companies);
        string refreshToken = (await app.Cache.EntryAsync(First))!.Tokens.RefreshToken!;
        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);

        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await process.PassAsync(EarlierSendIsProcessed);
        await call;

        FakeRequest question = Assert.Single(QuestionsOf(app));
        Assert.Equal("POST", question.Method);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["token"] = refreshToken,
                ["token_type_hint"] = "refresh_token",
                ["client_id"] = app.Client.ClientId,
                ["client_secret"] = app.Client.Secret,
            },
            question.Form);
        Assert.Equal(2, app.Renewals);
        TokenEntry entry = (await app.Cache.EntryAsync(First))!;
        Assert.Null(entry.Mark);
        Assert.Null(entry.UnknownSince);
        for (int company = 2; company <= Companies; company++)
        {
            await process.GetTokenAsync($"company-{company}");
        }

        Assert.Single(app.Log.Lines, line => line.Contains("says that it is unspent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lost_reply_ends_one_connection_with_the_evidence()
    {
        List<Reauthorization> notices = [];
        await using UserApp app = await UserApp.StartAsync(asks: true, services: services => services.AddVismaConnect(_ => { })
            .OnReauthorizationRequired((reauthorization, _, _) =>
            {
                notices.Add(reauthorization);
                return Task.CompletedTask;
            }));
        AppProcess process = await ConnectAsync(app, Companies);
        app.Expire();
        app.TokenEndpoint.LoseNextReply();

        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await process.PassAsync(EarlierSendIsProcessed);

        ReauthorizationRequiredException error = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
        Assert.Contains("The identity server was asked, and answered that the token is not active", error.Reason, StringComparison.Ordinal);
        Assert.Contains("Attempt 1", error.Reason, StringComparison.Ordinal);
        Assert.Equal(1, app.Renewals);
        for (int company = 2; company <= Companies; company++)
        {
            await process.GetTokenAsync($"company-{company}");
        }

        await Eventually.TrueAsync(() => notices.Count > 0);
        Reauthorization notice = Assert.Single(notices);
        Assert.Equal("company-1", Assert.Single(notice.Connections).Name);
        Assert.Equal(ReauthorizationCause.LostReply, notice.LikelyCause);
    }

    [Fact]
    public async Task User_without_another_connection_gets_no_needless_replay_either()
    {
        await using UserApp app = await UserApp.StartAsync(asks: true);
        AppProcess process = await ConnectAsync(app, 1);
        app.Expire();
        app.TokenEndpoint.LoseNextReply();

        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await process.PassAsync(EarlierSendIsProcessed);

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Token_of_a_process_that_died_before_its_send_is_saved()
    {
        await using UserApp app = await UserApp.StartAsync(asks: true);
        AppProcess process = await ConnectAsync(app, 2);
        app.Expire();
        TokenEntry entry = (await app.Cache.EntryAsync(First))!;
        RenewalMark mark = new() { Id = "dead", Attempt = 1, Lease = TimeSpan.FromSeconds(35), PlacedAt = app.Time.GetUtcNow() };
        Assert.True(await app.Cache.SaveAsync(First, entry with { Mark = mark, LastAttempt = 1, Version = "marked" }, entry.Version, TestApp.Cancellation));

        Task<AccessToken> call = process.GetTokenAsync("company-1");
        TimeSpan watched = await process.WatchUntilAsync(() => QuestionsOf(app).Count > 0 || call.IsCompleted);
        await call;

        Assert.Single(QuestionsOf(app));
        Assert.Equal(1, app.Renewals);
        Assert.InRange(watched, TimeSpan.FromSeconds(36), TimeSpan.FromSeconds(38));
    }

    // Another process exchanged the token, and cannot save its new tokens.
    [Fact]
    public async Task Tokens_of_a_process_that_was_asleep_are_saved_over_the_end_of_the_connection()
    {
        await using UserApp app = await UserApp.StartAsync(asks: true);
        AppProcess sleeper = app.StartProcess(RenewalRaceTests.ClockOf(app));
        await app.ConnectAsync(sleeper, "company-1", app.User);
        await app.ConnectAsync(sleeper, "company-2", app.User);
        app.Expire();
        sleeper.Time.Advance(app.Client.TokenLifetime);
        Gate save = app.Cache.HoldNext(call => call.SavesTokens);
        Task<AccessToken> slept = sleeper.GetTokenAsync("company-1");
        await save.Reached.Soon();

        AppProcess other = app.StartProcess();
        Task<AccessToken> call = other.GetTokenAsync("company-1");
        await other.WatchUntilAsync(call);
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
        save.Open();

        AccessToken token = await slept;
        Assert.Equal(1, app.Renewals);
        Assert.Equal(ConnectionState.Active, (await app.Cache.EntryAsync(First))!.State);
        Assert.Equal(token.Value, (await other.GetTokenAsync("company-1")).Value);
    }

    public static TheoryData<string, FakeReply> UnusableAnswers() => new()
    {
        { "the connection is closed", FakeReply.Drop },
        { "wrong secret", FakeReply.Refusal("invalid_client", status: HttpStatusCode.Unauthorized) },
        { "401 without an error", FakeReply.Status(HttpStatusCode.Unauthorized) },
        { "no such endpoint", FakeReply.Status(HttpStatusCode.NotFound, "<html>", "text/html") },
        { "server error that says active", FakeReply.Status(HttpStatusCode.BadGateway, """{"active":true}""", "application/json") },
        { "busy", FakeReply.Busy("60") },
        { "redirect", FakeReply.Redirect("/elsewhere") },
        { "empty", FakeReply.Status(HttpStatusCode.OK) },
        { "empty object", FakeReply.Status(HttpStatusCode.OK, "{}", "application/json") },
        { "array", FakeReply.Status(HttpStatusCode.OK, """[{"active":true}]""", "application/json") },
        { "text", FakeReply.Status(HttpStatusCode.OK, """{"active":"true"}""", "application/json") },
        { "null", FakeReply.Status(HttpStatusCode.OK, """{"active":null}""", "application/json") },
        { "two answers", FakeReply.Status(HttpStatusCode.OK, """{"active":false,"active":true}""", "application/json") },
        { "other case", FakeReply.Status(HttpStatusCode.OK, """{"Active":false}""", "application/json") },
        { "cut short", FakeReply.CutShort("""{"active":fals""") },
        { "signed (RFC 9701)", FakeReply.Status(HttpStatusCode.OK, "e30.e30.x", "application/token-introspection+jwt") },
    };

    [Theory]
    [MemberData(nameof(UnusableAnswers))]
    public async Task Unusable_answer_concludes_nothing(string what, FakeReply answer)
    {
        await using UserApp app = await UserApp.StartAsync(asks: true);
        AppProcess process = await ConnectAsync(app, 2);
        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);
        app.Server.IntrospectionEndpoint.Script = _ => answer;

        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await process.PassAsync(EarlierSendIsProcessed);
        await app.Time.UntilEndAsync(call);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => call);
        Assert.True(error.IsTransient, what);
        Assert.Contains("has not said whether it is spent", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, app.Renewals);
        TokenEntry entry = (await app.Cache.EntryAsync(First))!;
        Assert.Equal(ConnectionState.Active, entry.State);
        Assert.Contains("Attempt 1", entry.Mark!.Outcome, StringComparison.Ordinal);
        Assert.NotNull(entry.UnknownSince);

        int asked = QuestionsOf(app).Count;
        app.Server.IntrospectionEndpoint.Script = null;
        app.Time.Advance(error.RetryAfter ?? TimeSpan.FromSeconds(20));
        await process.GetTokenAsync("company-1");
        Assert.Equal(2, app.Renewals);
        Assert.Equal(asked + 1, QuestionsOf(app).Count);
    }

    [Fact]
    public async Task Token_that_is_spent_is_found_by_the_next_question_after_an_unusable_answer()
    {
        await using UserApp app = await UserApp.StartAsync(asks: true);
        AppProcess process = await ConnectAsync(app, 2);
        app.Expire();
        app.TokenEndpoint.LoseNextReply();
        app.Server.IntrospectionEndpoint.AnswerNext(FakeReply.Drop, times: 3);
        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await process.PassAsync(EarlierSendIsProcessed);
        await app.Time.UntilEndAsync(call);
        await Assert.ThrowsAsync<VismaConnectException>(() => call);
        await process.DisposeAsync();

        AppProcess next = app.StartProcess();
        Task<AccessToken> later = next.GetTokenAsync("company-1");
        await next.WatchUntilAsync(later);

        ReauthorizationRequiredException error = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => later);
        Assert.Contains("Attempt 1", error.Reason, StringComparison.Ordinal);
        Assert.Equal(1, app.Renewals);
        await next.GetTokenAsync("company-2");
    }

    [Fact]
    public async Task Question_without_an_answer_ends_after_thirty_seconds()
    {
        await using UserApp app = await UserApp.StartAsync(asks: true);
        AppProcess process = await ConnectAsync(app, 2);
        (Task<AccessToken> call, FakePause question) = await AskAsync(app, process);
        using FakePause held = question;

        await process.PassAsync(LongestQuestion);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => call);
        Assert.True(error.IsTransient);
        Assert.Equal(1, app.Renewals);
        question.Release();
        await process.GetTokenAsync("company-1");
        Assert.Equal(2, app.Renewals);
    }

    [Fact]
    public async Task Slow_answer_leaves_time_for_the_send()
    {
        await using UserApp app = await UserApp.StartAsync(asks: true);
        AppProcess process = await ConnectAsync(app, 2);
        (Task<AccessToken> call, FakePause question) = await AskAsync(app, process);

        app.Time.Advance(LongestQuestion - TimeSpan.FromSeconds(1));
        question.Release();
        await call;

        Assert.Single(QuestionsOf(app));
        Assert.Equal(2, app.Renewals);
    }

    // The lease of the mark began before the question. The request itself is listened to for as long as any other one.
    [Fact]
    public async Task Slow_reply_after_a_slow_answer_is_not_taken_for_the_reply_of_a_dead_process()
    {
        await using UserApp app = await UserApp.StartAsync(asks: true);
        ManualTime clock = RenewalRaceTests.ClockOf(app);
        AppProcess process = app.StartProcess(clock);
        await app.ConnectAsync(process, "company-1", app.User);
        await app.ConnectAsync(process, "company-2", app.User);
        clock.Advance(app.Client.TokenLifetime);
        app.Expire();
        (Task<AccessToken> call, FakePause question) = await AskAsync(app, process);
        AppProcess other = app.StartProcess();
        Task<AccessToken> watching = other.GetTokenAsync("company-1");
        using FakePause reply = app.TokenEndpoint.PauseNextReply();

        // Each clock moves only when its process waits for that clock alone, and the process that watches is never behind the one that it watches.
        await other.WatchForAsync(TimeSpan.FromSeconds(29));
        await process.WaitsForAsync(LongestQuestion);
        clock.Advance(TimeSpan.FromSeconds(29));
        question.Release();
        await reply.Reached.Soon();
        await process.WaitsForAsync(NotSlow);
        await other.WatchForAsync(NotSlow);
        clock.Advance(NotSlow);
        await process.WaitsForAsync(ListenedToAtMost - NotSlow);
        await other.WatchForAsync(TimeSpan.FromSeconds(65));
        clock.Advance(TimeSpan.FromSeconds(65));
        Assert.Single(QuestionsOf(app));
        reply.Release();

        AccessToken token = await call;
        await other.WatchUntilAsync(watching);
        Assert.Equal(token.Value, (await watching).Value);
        Assert.Equal(2, app.Renewals);
    }

    [Fact]
    public async Task Answer_that_comes_after_the_lease_is_followed_by_another_question_and_not_by_a_send()
    {
        await using UserApp app = await UserApp.StartAsync(asks: true);
        AppProcess process = await ConnectAsync(app, 2);
        (Task<AccessToken> call, FakePause question) = await AskAsync(app, process);
        using FakePause second = app.Server.IntrospectionEndpoint.PauseNext();

        // The machine is suspended while it waits for the answer.
        app.Time.JumpWallClock(TimeSpan.FromMinutes(2));
        question.Release();

        await second.Reached.Soon("the second question");
        Assert.Equal(1, app.Renewals);
        Assert.Contains("Attempt 1", (await app.Cache.EntryAsync(First))!.Mark!.Outcome, StringComparison.Ordinal);
        second.Release();
        await call;
        Assert.Equal(2, app.Renewals);
        Assert.Equal(2, QuestionsOf(app).Count);
    }

    [Fact]
    public async Task Server_is_not_asked_while_the_earlier_send_can_still_arrive()
    {
        await using UserApp app = await UserApp.StartAsync(asks: true);
        AppProcess process = await ConnectAsync(app, 2);
        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop, times: 2);
        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await process.WaitsForAsync(EarlierSendIsProcessed);
        app.Time.Advance(EarlierSendIsProcessed - TimeSpan.FromSeconds(0.5));
        await process.WaitsForAsync(TimeSpan.FromSeconds(0.5));
        Assert.Empty(QuestionsOf(app));

        // The second request is lost too.
        app.Time.Advance(TimeSpan.FromSeconds(0.5));
        await Assert.ThrowsAsync<VismaConnectException>(() => call);
        Assert.Single(QuestionsOf(app));

        long sent = ManualTime.TimersSet;
        Task<AccessToken> later = process.GetTokenAsync("company-1");
        await process.PassAsync(TimeSpan.FromSeconds(30), sent);
        await process.WaitsForAsync(TimeSpan.FromSeconds(3));
        Assert.Single(QuestionsOf(app));
        app.Time.Advance(TimeSpan.FromSeconds(3));
        await later;
        Assert.Equal(2, QuestionsOf(app).Count);
        Assert.Equal(3, app.Renewals);
    }

    [Fact]
    public async Task Within_a_grace_period_nothing_is_asked_and_after_it_the_last_send_counts()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)), asks: true);
        AppProcess process = await ConnectAsync(app, 2);
        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop, times: 4);
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync("company-1"));
        app.Time.Advance(TimeSpan.FromSeconds(46));
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync("company-1"));
        Assert.Equal(4, app.Renewals);
        Assert.Empty(QuestionsOf(app));

        // The grace period is over, but the last request is two seconds old.
        app.Time.Advance(TimeSpan.FromSeconds(2));
        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await process.WaitsForAsync(TimeSpan.FromSeconds(11));
        Assert.Empty(QuestionsOf(app));
        app.Time.Advance(TimeSpan.FromSeconds(11));
        await call;

        Assert.Single(QuestionsOf(app));
        Assert.Equal(5, app.Renewals);
    }

    [Theory]
    [InlineData(RefreshTokenReplay.Never, RefreshTokenKind.OneTime, 1)]
    [InlineData(RefreshTokenReplay.Always, RefreshTokenKind.OneTime, 2)]
    [InlineData(RefreshTokenReplay.WhenNoOtherConnection, RefreshTokenKind.ReUse, 2)]
    public async Task Nothing_is_asked_where_the_settings_decide(RefreshTokenReplay replay, RefreshTokenKind kind, int sends)
    {
        await using UserApp app = await UserApp.StartAsync(
            kind == RefreshTokenKind.ReUse ? FakeRefreshTokens.ReUse : FakeRefreshTokens.OneTime(),
            options =>
            {
                options.RefreshTokens = kind;
                options.RefreshTokenReplay = replay;
            },
            asks: true);
        AppProcess process = await ConnectAsync(app, 2);
        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);

        Task<AccessToken> call = process.GetTokenAsync("company-1");
        if (sends == 2)
        {
            await process.PassAsync(TimeSpan.FromSeconds(30), after: UserApp.SentOnceMore);
            await call;
        }
        else
        {
            await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
        }

        Assert.Equal(sends, app.Renewals);
        Assert.Empty(QuestionsOf(app));
    }

    [Fact]
    public async Task Next_secret_is_tried_for_the_question_too()
    {
        await using UserApp app = await UserApp.StartAsync(
            client: options =>
            {
                options.ClientSecrets.Add(options.ClientSecret!);
                options.ClientSecret = "expired";
            },
            asks: true);
        AppProcess process = await ConnectAsync(app, 2);
        await process.DisposeAsync();
        app.Expire();
        TokenEntry entry = (await app.Cache.EntryAsync(First))!;
        RenewalMark mark = new() { Id = "dead", Attempt = 1, Lease = TimeSpan.FromSeconds(35), PlacedAt = app.Time.GetUtcNow() };
        Assert.True(await app.Cache.SaveAsync(First, entry with { Mark = mark, LastAttempt = 1, Version = "marked" }, entry.Version, TestApp.Cancellation));

        AppProcess next = app.StartProcess();
        Task<AccessToken> call = next.GetTokenAsync("company-1");
        await next.WatchUntilAsync(call);
        await call;

        Assert.Equal(2, QuestionsOf(app).Count);
        Assert.Equal(1, app.Renewals);
    }

    private static IReadOnlyList<FakeRequest> QuestionsOf(UserApp app) => app.Server.IntrospectionEndpoint.Requests;

    private static async Task<AppProcess> ConnectAsync(UserApp app, int companies)
    {
        AppProcess process = app.StartProcess();
        for (int company = 1; company <= companies; company++)
        {
            await app.ConnectAsync(process, $"company-{company}", app.User);
        }

        return process;
    }

    // The request is lost, and the question about it is under way.
    private static async Task<(Task<AccessToken> Call, FakePause Question)> AskAsync(UserApp app, AppProcess process)
    {
        if (process.Time == app.Time)
        {
            app.Expire();
        }

        app.TokenEndpoint.AnswerNext(FakeReply.Drop);
        FakePause question = app.Server.IntrospectionEndpoint.PauseNext();
        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await process.PassAsync(EarlierSendIsProcessed);
        await question.Reached.Soon("the question");
        return (call, question);
    }
}
