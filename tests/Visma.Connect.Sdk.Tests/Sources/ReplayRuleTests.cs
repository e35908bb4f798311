using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>
/// Visma Connect revokes all access of a client and user when a one-time refresh token is used twice outside of a grace period. A user with
/// several connections, such as an accountant, must not lose them all because one reply was lost.
/// </summary>
public class ReplayRuleTests
{
    private const int Companies = 12;

    private static readonly TimeSpan RenewalIsDue = TimeSpan.FromMinutes(57);

    [Fact]
    public async Task Lost_reply_ends_one_connection_of_a_user_and_not_the_others()
    {
        List<string> ended = [];
        await using UserApp app = await UserApp.StartAsync(services: services => services.AddVismaConnect(_ => { })
            .OnReauthorizationRequired((reauthorization, _, _) =>
            {
                ended.AddRange(reauthorization.Connections.Select(connection => connection.Name));
                return Task.CompletedTask;
            }));
        AppProcess process = await ConnectAccountantAsync(app);
        app.Expire();
        app.TokenEndpoint.LoseNextReply();

        ReauthorizationRequiredException error = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync("company-1"));

        Assert.Contains("The refresh token was sent, and the outcome is unknown. It is not sent again", error.Reason, StringComparison.Ordinal);
        Assert.Contains("A grace period of 60 seconds", error.Reason, StringComparison.Ordinal);
        Assert.Empty(app.Visma.NeedlessReplays);
        for (int company = 2; company <= Companies; company++)
        {
            await process.GetTokenAsync($"company-{company}");
        }

        Assert.Equal(Companies, app.Renewals);
        await Eventually.TrueAsync(() => ended.Count > 0);
        Assert.Equal(["company-1"], ended);
    }

    [Fact]
    public async Task Lost_reply_within_a_grace_period_ends_no_connection()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        AppProcess process = await ConnectAccountantAsync(app);
        app.Expire();
        app.TokenEndpoint.LoseNextReply();

        for (int company = 1; company <= Companies; company++)
        {
            await process.GetTokenAsync($"company-{company}");
        }

        Assert.Equal(Companies + 1, app.Renewals);
    }

    [Fact]
    public async Task Access_token_is_served_until_it_expires_and_then_the_connection_ends()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await ConnectAccountantAsync(app);
        AccessToken token = await process.GetTokenAsync("company-1");
        app.Time.Advance(RenewalIsDue);
        app.TokenEndpoint.LoseNextReply();

        Assert.Same(token, await process.GetTokenAsync("company-1"));
        await NotSentAgainAsync(app);
        Assert.Same(token, await process.GetTokenAsync("company-1"));
        Assert.Single(app.Log.Lines, line => line.Contains("with an unknown outcome, and is not sent again", StringComparison.Ordinal));
        Assert.Equal(1, app.Renewals);
        TokenEntry entry = (await app.Cache.EntryAsync(TokenKey.ForConnection("nxt", "company-1")))!;
        Assert.Equal(ConnectionState.Active, entry.State);
        Assert.Contains("Attempt 1", entry.Mark!.Outcome, StringComparison.Ordinal);

        app.Time.Advance(TimeSpan.FromMinutes(3));

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync("company-1"));
        Assert.Equal(1, app.Renewals);
        await process.GetTokenAsync("company-2");
    }

    [Fact]
    public async Task Restarted_process_does_not_send_the_token_again_either()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess first = await ConnectAccountantAsync(app);
        await first.GetTokenAsync("company-1");
        app.Time.Advance(RenewalIsDue);
        app.TokenEndpoint.LoseNextReply();
        await first.GetTokenAsync("company-1");
        await NotSentAgainAsync(app);
        await first.DisposeAsync();
        app.Expire();

        AppProcess second = app.StartProcess();
        Task<AccessToken> call = second.GetTokenAsync("company-1");
        await second.WatchUntilAsync(call);

        ReauthorizationRequiredException error = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
        Assert.Contains("Attempt 1", error.Reason, StringComparison.Ordinal);
        Assert.Equal(1, app.Renewals);
        await second.GetTokenAsync("company-2");
    }

    [Fact]
    public async Task Mark_of_a_dead_process_is_taken_for_a_send()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await ConnectAccountantAsync(app);
        app.Expire();
        TokenKey key = TokenKey.ForConnection("nxt", "company-1");
        TokenEntry entry = (await app.Cache.EntryAsync(key))!;
        RenewalMark mark = new() { Id = "dead", Attempt = 1, Lease = TimeSpan.FromSeconds(35), PlacedAt = app.Time.GetUtcNow() };
        Assert.True(await app.Cache.SaveAsync(key, entry with { Mark = mark, LastAttempt = 1, Version = "marked" }, entry.Version, TestApp.Cancellation));

        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await process.WatchUntilAsync(call);

        ReauthorizationRequiredException error = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
        Assert.Contains("the process that made it did not finish it", error.Reason, StringComparison.Ordinal);
        Assert.Equal(0, app.Renewals);
        await process.GetTokenAsync("company-2");
    }

    [Fact]
    public async Task Token_of_a_user_without_another_connection_is_sent_again()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process, "company-1", app.User);
        await app.ConnectAsync(process, "company-2", app.Visma.AddUser("Ola Nordmann", app.Company));
        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);

        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await PassRequestAsync(app, process);

        await call;
        Assert.Equal(2, app.Renewals);
    }

    [Fact]
    public async Task Connection_of_an_unknown_user_counts_as_one_of_the_same_user()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process, "company-1", app.User);
        await app.ConnectAsync(process, "company-2", app.Visma.AddUser("Ola Nordmann", app.Company));
        TokenKey other = TokenKey.ForConnection("nxt", "company-2");
        TokenEntry entry = (await app.Cache.EntryAsync(other))!;
        Assert.NotNull(entry.Subject);
        Assert.True(await app.Cache.SaveAsync(other, entry with { Subject = null, Version = "without" }, entry.Version, TestApp.Cancellation));
        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync("company-1"));

        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Ended_connection_of_the_user_does_not_count()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process, "company-1", app.User);
        await app.ConnectAsync(process, "company-2", app.User);
        TokenKey other = TokenKey.ForConnection("nxt", "company-2");
        TokenEntry entry = (await app.Cache.EntryAsync(other))!;
        Assert.True(await app.Cache.SaveAsync(other, entry with { State = ConnectionState.ReauthorizationRequired, Version = "ended" }, entry.Version, TestApp.Cancellation));
        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);

        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await PassRequestAsync(app, process);

        await call;
    }

    [Theory]
    [InlineData(RefreshTokenReplay.Always, RefreshTokenKind.OneTime, 2)]
    [InlineData(RefreshTokenReplay.WhenNoOtherConnection, RefreshTokenKind.ReUse, 2)]
    [InlineData(RefreshTokenReplay.Never, RefreshTokenKind.ReUse, 1)]
    public async Task Settings_decide_whether_a_token_is_sent_again(RefreshTokenReplay replay, RefreshTokenKind kind, int sends)
    {
        await using UserApp app = await UserApp.StartAsync(
            kind == RefreshTokenKind.ReUse ? FakeRefreshTokens.ReUse : FakeRefreshTokens.OneTime(),
            options =>
            {
                options.RefreshTokens = kind;
                options.RefreshTokenReplay = replay;
            });
        AppProcess process = await ConnectAccountantAsync(app);
        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);

        Task<AccessToken> call = process.GetTokenAsync("company-1");
        if (sends == 2)
        {
            await PassRequestAsync(app, process);
            await call;
        }
        else
        {
            await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
        }

        Assert.Equal(sends, app.Renewals);
    }

    [Fact]
    public async Task Never_means_within_a_grace_period_too()
    {
        await using UserApp app = await UserApp.StartAsync(
            FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)),
            options => options.RefreshTokenReplay = RefreshTokenReplay.Never);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply();

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());

        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Mark_of_a_dead_process_that_is_found_after_the_grace_period_is_taken_for_a_spent_token()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        AppProcess process = await ConnectAccountantAsync(app);
        app.Expire();
        TokenKey key = TokenKey.ForConnection("nxt", "company-1");
        TokenEntry entry = (await app.Cache.EntryAsync(key))!;
        RenewalMark mark = new() { Id = "dead", Attempt = 1, Lease = TimeSpan.FromSeconds(15), PlacedAt = app.Time.GetUtcNow() - TimeSpan.FromMinutes(2) };
        Assert.True(await app.Cache.SaveAsync(key, entry with { Mark = mark, LastAttempt = 1, Version = "marked" }, entry.Version, TestApp.Cancellation));

        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await process.WatchUntilAsync(call);

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
        Assert.Equal(0, app.Renewals);
    }

    [Fact]
    public async Task Cache_that_cannot_list_the_connections_is_no_reason_to_send_a_token_again()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess(cache: new TroubledCache { FailsToList = true });
        await app.ConnectAsync(process, "company-1", app.User);
        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync("company-1"));

        Assert.True(error.IsTransient);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Process_that_sent_nothing_under_its_mark_brings_back_the_connection_that_another_ended_because_of_it()
    {
        await using UserApp app = await UserApp.StartAsync();
        ManualTime clock = RenewalRaceTests.ClockOf(app);
        AppProcess sleeper = app.StartProcess(clock);
        await app.ConnectAsync(sleeper, "company-1", app.User);
        await app.ConnectAsync(sleeper, "company-2", app.User);
        app.Expire();
        clock.Advance(app.Client.TokenLifetime);
        Gate mark = app.Cache.HoldNext(call => call.SetsMark, after: true);
        Task<AccessToken> slept = sleeper.GetTokenAsync("company-1");
        await mark.Reached.Soon("the mark of the process that is about to sleep");

        AppProcess other = app.StartProcess();
        Task<AccessToken> call = other.GetTokenAsync("company-1");
        await other.WatchUntilAsync(call);
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
        Assert.Equal(0, app.Renewals);
        clock.JumpWallClock(TimeSpan.FromMinutes(2));
        app.Time.Advance(TimeSpan.FromMinutes(2));
        mark.Open();

        AccessToken token = await slept;
        Assert.Equal(1, app.Renewals);
        Assert.Equal(ConnectionState.Active, (await app.Cache.EntryAsync(TokenKey.ForConnection("nxt", "company-1")))!.State);
        Assert.Equal(token.Value, (await other.GetTokenAsync("company-1")).Value);
    }

    [Fact]
    public async Task Mark_under_which_nothing_was_sent_is_removed()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await ConnectAccountantAsync(app);
        app.Expire();
        Gate mark = app.Cache.HoldNext(call => call.SetsMark, after: true);
        Task<AccessToken> slept = process.GetTokenAsync("company-1");
        await mark.Reached.Soon("the mark of the process that is about to sleep");
        app.Time.JumpWallClock(TimeSpan.FromMinutes(2));
        mark.Open();

        await slept;

        Assert.Equal(1, app.Renewals);
        Assert.Equal([true, false, true, false], app.Cache.Calls.Where(call => call.IsSave).TakeLast(4).Select(call => call.Entry!.Mark is not null));
    }

    [Fact]
    public async Task New_consent_makes_the_connection_work_again()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await ConnectAccountantAsync(app);
        app.Expire();
        app.TokenEndpoint.LoseNextReply();
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync("company-1"));

        await app.ConnectAsync(process, "company-1", app.User);

        await process.GetTokenAsync("company-1");
        app.Expire();
        await process.GetTokenAsync("company-1");
    }

    [Theory]
    [InlineData(null, RefreshTokenKind.OneTime, 1)]
    [InlineData(60, RefreshTokenKind.OneTime, 0)]
    [InlineData(null, RefreshTokenKind.ReUse, 0)]
    public async Task Start_warns_of_each_client_without_a_grace_period(int? seconds, RefreshTokenKind kind, int warnings)
    {
        await using UserApp app = await UserApp.StartAsync(client: options =>
        {
            options.GracePeriod = seconds is { } grace ? TimeSpan.FromSeconds(grace) : null;
            options.RefreshTokens = kind;
        });
        AppProcess process = app.StartProcess();

        foreach (IHostedService service in process.Services.GetServices<IHostedService>())
        {
            await service.StartAsync(TestApp.Cancellation);
        }

        Assert.Equal(warnings, app.Log.Lines.Count(line => line.Contains("Client 'nxt' has one-time refresh tokens and no grace period", StringComparison.Ordinal)));
    }

    private static async Task<AppProcess> ConnectAccountantAsync(UserApp app)
    {
        AppProcess process = app.StartProcess();
        for (int company = 1; company <= Companies; company++)
        {
            await app.ConnectAsync(process, $"company-{company}", app.User);
        }

        return process;
    }

    // The last save of the renewal in the background, so the clock may be set without reaching one of its limits.
    private static Task NotSentAgainAsync(UserApp app) => Eventually.TrueAsync(
        async () => (await app.Cache.EntryAsync(TokenKey.ForConnection("nxt", "company-1")))!.Mark?.Outcome is not null,
        "the evidence in the stored mark");

    // Without a grace period the second request is sent when the first one must be over.
    private static async Task PassRequestAsync(UserApp app, AppProcess process)
    {
        await process.PassAsync(TimeSpan.FromSeconds(30), after: UserApp.SentOnceMore);
    }
}
