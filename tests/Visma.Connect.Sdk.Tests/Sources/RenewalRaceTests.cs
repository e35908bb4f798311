namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>Several processes that renew the same connection. Each process has its clock, and all share the cache.</summary>
public class RenewalRaceTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    // As in docs/renewal.md, with a grace period of 60 seconds and without one.
    private static readonly TimeSpan LeaseWithGrace = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LeaseWithoutGrace = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static FakeRefreshTokens WithGrace => FakeRefreshTokens.OneTime(Grace);

    private static FakeRefreshTokens Strict => FakeRefreshTokens.OneTime(replayDetection: FakeReplayDetection.None);

    private static FakeRefreshTokens Family => FakeRefreshTokens.OneTime(replayDetection: FakeReplayDetection.RevokesGrant);

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Owner_that_slept_past_its_lease_does_not_send(bool hasGrace, bool isSuspended)
    {
        await using UserApp app = await UserApp.StartAsync(hasGrace ? WithGrace : Family);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        Gate asleep = app.Cache.HoldNext(call => call.SetsMark, after: true);
        Task<AccessToken> ofA = a.GetTokenAsync();
        await asleep.Reached.Soon();

        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchUntilAsync(ofB);
        AccessToken renewed = await ofB;
        app.Time.Advance(Grace);
        Sleep(a, isSuspended);
        asleep.Open();

        Assert.Equal(renewed.Value, (await ofA).Value);
        Assert.Equal(1, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    // The wall clock was set back meanwhile, so only the monotonic clock shows the sleep.
    [Fact]
    public async Task Owner_whose_wall_clock_was_set_back_does_not_send_past_its_lease()
    {
        await using UserApp app = await UserApp.StartAsync(Family);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        Gate asleep = app.Cache.HoldNext(call => call.SetsMark, after: true);
        Task<AccessToken> ofA = a.GetTokenAsync();
        await asleep.Reached.Soon();

        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchUntilAsync(ofB);
        a.Time.JumpMonotonicClock(LeaseWithoutGrace);
        asleep.Open();

        Assert.Equal((await ofB).Value, (await ofA).Value);
        Assert.Equal(1, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Mark_that_is_seen_for_the_first_time_is_watched_although_an_earlier_one_was_seen()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        app.Client.TokenLifetime = LeaseWithGrace + (5 * Second);
        using FakePause first = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> ofA = a.GetTokenAsync();
        await first.Reached.Soon();
        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchForAsync(Second);
        first.Release();
        await ofA;
        await b.WatchUntilAsync(ofB);

        // The next renewal comes after a time that is longer than a mark is watched, and shorter than half the grace period.
        a.Time.Advance(app.Client.TokenLifetime);
        b.Time.Advance(app.Client.TokenLifetime);
        using FakePause second = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> laterOfA = a.GetTokenAsync();
        await second.Reached.Soon();
        Task<AccessToken> laterOfB = b.GetTokenAsync();
        await b.WatchForAsync(LeaseWithGrace - (2 * Second));

        Assert.Equal(2, app.Renewals);
        second.Release();
        await laterOfA;
        await b.WatchUntilAsync(laterOfB);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    // The first request is lost, and the owner sends the token once more under its next mark.
    [Fact]
    public async Task Next_mark_of_the_same_owner_is_watched_for_its_whole_lease()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);
        using FakePause first = app.TokenEndpoint.PauseNext();
        Task<AccessToken> ofA = a.GetTokenAsync();
        await first.Reached.Soon();
        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchForAsync(LeaseWithGrace - (2 * Second));
        using FakePause second = app.TokenEndpoint.PauseNextReply();
        first.Release();
        await second.Reached.Soon();

        await b.WatchForAsync(LeaseWithGrace - (2 * Second));

        Assert.Equal(2, app.Renewals);
        second.Release();
        AccessToken renewed = await ofA;
        await b.WatchUntilAsync(ofB);
        Assert.Equal(renewed.Value, (await ofB).Value);
        Assert.Equal(2, app.Renewals);
    }

    // This library writes no such lease. A broken program that shares the cache can.
    [Theory]
    [InlineData(-60, 1)]
    [InlineData(24 * 60 * 60, 301)]
    public async Task Mark_with_a_lease_that_cannot_be_right_is_watched_for_a_second_at_least_and_five_minutes_at_most(int lease, int watch)
    {
        await using UserApp app = await UserApp.StartAsync(Family);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        TokenEntry entry = await app.EntryAsync();
        RenewalMark mark = new() { Id = "wrong", Attempt = 1, Lease = lease * Second, PlacedAt = app.Time.GetUtcNow() };
        Assert.True(await app.Cache.SaveAsync(UserApp.Key, entry with { Mark = mark, LastAttempt = 1, Version = "marked" }, entry.Version, TestApp.Cancellation));

        Task<AccessToken> call = process.GetTokenAsync();
        TimeSpan watched = await process.WatchUntilAsync(call);

        await call;
        Assert.InRange(watched, watch * Second, (watch + 1) * Second);
    }

    // The second is for clocks that run at a different speed.
    [Fact]
    public async Task Mark_lapses_a_second_after_its_lease()
    {
        await using UserApp app = await UserApp.StartAsync(Family);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        Gate asleep = app.Cache.HoldNext(call => call.SetsMark, after: true);
        Task<AccessToken> ofA = a.GetTokenAsync();
        await asleep.Reached.Soon();

        Task<AccessToken> ofB = b.GetTokenAsync();
        TimeSpan watched = await b.WatchUntilAsync(ofB);

        Assert.InRange(watched, LeaseWithoutGrace + Second, LeaseWithoutGrace + (2 * Second));
        Sleep(a, isSuspended: false);
        asleep.Open();
        Assert.Equal((await ofB).Value, (await ofA).Value);
    }

    [Fact]
    public async Task Late_caller_that_looked_before_the_renewal_causes_no_other()
    {
        await using UserApp app = await UserApp.StartAsync(Family);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        Gate looked = app.Cache.HoldNext(call => call.IsRead, after: true);
        Task<AccessToken> ofB = b.GetTokenAsync();
        await looked.Reached.Soon();

        AccessToken renewed = await a.GetTokenAsync();
        looked.Open();

        Assert.Equal(renewed.Value, (await ofB).Value);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Suspended_owner_sees_wall_time()
    {
        await using UserApp app = await UserApp.StartAsync(Family);
        (AppProcess a, _) = await TwoProcessesAsync(app);
        Gate asleep = app.Cache.HoldNext(call => call.SetsMark, after: true);
        Task<AccessToken> ofA = a.GetTokenAsync();
        await asleep.Reached.Soon();

        a.Time.JumpWallClock(LeaseWithoutGrace);
        Gate again = app.Cache.HoldNext(call => call.SetsMark);
        asleep.Open();
        await again.Reached.Soon();

        Assert.Equal(0, app.Renewals);
        again.Open();
        await ofA;
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Late_save_replaces_the_token_it_was_fetched_with()
    {
        await using UserApp app = await UserApp.StartAsync(Strict);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        Gate late = app.Cache.HoldNext(call => call.SavesTokens);
        Task<AccessToken> ofA = a.GetTokenAsync();
        await late.Reached.Soon();
        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchUntilAsync(ofB);
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => ofB);

        late.Open();
        AccessToken saved = await ofA;

        TokenEntry entry = await app.EntryAsync();
        Assert.Equal((ConnectionState.Active, saved.Value), (entry.State, entry.Tokens.AccessToken.Value));
        Assert.Equal(saved.Value, (await b.GetTokenAsync()).Value);
    }

    [Fact]
    public async Task Late_save_gives_way_to_newer_tokens()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        Gate late = app.Cache.HoldNext(call => call.SavesTokens);
        Task<AccessToken> ofA = a.GetTokenAsync();
        await late.Reached.Soon();
        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchUntilAsync(ofB);
        AccessToken newer = await ofB;

        late.Open();

        Assert.Equal(newer.Value, (await ofA).Value);
        Assert.Equal(newer.Value, (await app.EntryAsync()).Tokens.AccessToken.Value);
    }

    [Fact]
    public async Task Newer_tokens_replace_those_of_a_late_save()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        Gate late = app.Cache.HoldNext(call => call.SavesTokens);
        Task<AccessToken> ofA = a.GetTokenAsync();
        await late.Reached.Soon();
        using FakePause pause = app.TokenEndpoint.PauseNext();
        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchUntilAsync(pause.Reached);

        late.Open();
        AccessToken older = await ofA;
        pause.Release();
        AccessToken newer = await ofB;

        Assert.NotEqual(older.Value, newer.Value);
        Assert.Equal(newer.Value, (await app.EntryAsync()).Tokens.AccessToken.Value);
        Assert.Null((await app.EntryAsync()).Mark);
    }

    [Fact]
    public async Task Late_save_leaves_another_owners_mark()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        AppProcess c = app.StartProcess(ClockOf(app));
        Gate late = app.Cache.HoldNext(call => call.SavesTokens);
        Task<AccessToken> ofA = a.GetTokenAsync();
        await late.Reached.Soon();
        using FakePause pause = app.TokenEndpoint.PauseNext();
        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchUntilAsync(pause.Reached);

        late.Open();
        AccessToken older = await ofA;
        // A number that is given twice would make one of two renewals look like no news.
        TokenEntry saved = await app.EntryAsync();
        Assert.Equal(saved.Mark!.Attempt, saved.LastAttempt);
        Task<AccessToken> ofC = c.GetTokenAsync(rejected: older);
        await c.WatchForAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(2, app.Renewals);
        Assert.False(ofC.IsCompleted);
        pause.Release();
        AccessToken newer = await ofB;
        await c.WatchUntilAsync(ofC);
        Assert.Equal(newer.Value, (await ofC).Value);
        Assert.Equal(2, app.Renewals);
    }

    [Fact]
    public async Task Late_save_gives_way_to_a_fresh_consent()
    {
        await using UserApp app = await UserApp.StartAsync(Family);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> ofA = a.GetTokenAsync();
        await reply.Reached.Soon();

        await app.ConnectAsync(b);
        AccessToken fresh = await b.GetTokenAsync();
        reply.Release();

        Assert.Equal(fresh.Value, (await ofA).Value);
        Assert.Equal(fresh.Value, (await app.EntryAsync()).Tokens.AccessToken.Value);
        Assert.Empty(app.Server.RevocationEndpoint.Requests);
    }

    [Fact]
    public async Task Late_save_does_not_revive_a_disconnected_customer()
    {
        await using UserApp app = await UserApp.StartAsync(Family);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> ofA = a.GetTokenAsync();
        await reply.Reached.Soon();
        string? before = (await app.EntryAsync()).Tokens.RefreshToken;

        await b.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();
        reply.Release();

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => ofA);
        Assert.Null(await app.Cache.EntryAsync(UserApp.Key));
        string[] revoked = [.. app.Server.RevocationEndpoint.Requests.Select(request => request.Form["token"])];
        Assert.Equal(2, revoked.Length);
        Assert.Equal(before, revoked[0]);
        Assert.NotEqual(before, revoked[1]);
    }

    [Fact]
    public async Task Replay_needs_a_new_mark()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        Gate late = app.Cache.HoldNext(call => call.SavesTokens);
        Task<AccessToken> ofA = a.GetTokenAsync();
        await late.Reached.Soon();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);
        int MarksSoFar() => app.Cache.Calls.Where(call => call.SetsMark).Select(call => call.Entry!.Mark!.Id).Distinct().Count();
        int marks = MarksSoFar();
        Gate takeover = app.Cache.HoldNext(call => call.SetsMark);
        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchUntilAsync(takeover.Reached);
        Gate replay = app.Cache.HoldNext(call => call.SetsMark);
        takeover.Open();
        await replay.Reached.Soon();

        late.Open();
        AccessToken saved = await ofA;
        replay.Open();

        Assert.Equal(saved.Value, (await ofB).Value);
        Assert.Equal(2, app.Renewals);
        Assert.Equal(marks + 2, MarksSoFar());
    }

    [Fact]
    public async Task Refusal_after_anothers_save_does_not_end_the_connection()
    {
        await using UserApp app = await UserApp.StartAsync(Strict);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        using FakePause pause = app.TokenEndpoint.PauseNext();
        Task<AccessToken> ofA = a.GetTokenAsync();
        await pause.Reached.Soon();
        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchUntilAsync(ofB);
        AccessToken renewed = await ofB;

        pause.Release();

        Assert.Equal(renewed.Value, (await ofA).Value);
        Assert.Equal(ConnectionState.Active, (await app.EntryAsync()).State);
    }

    [Fact]
    public async Task Refusal_ends_the_connection_only_for_the_owner()
    {
        await using UserApp app = await UserApp.StartAsync(Strict);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_grant"));
        using FakePause first = app.TokenEndpoint.PauseNext();
        Task<AccessToken> ofA = a.GetTokenAsync();
        await first.Reached.Soon();
        using FakePause second = app.TokenEndpoint.PauseNext();
        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchUntilAsync(second.Reached);

        first.Release();
        await a.WatchForAsync(Second);
        Assert.Equal(ConnectionState.Active, (await app.EntryAsync()).State);
        second.Release();
        AccessToken renewed = await ofB;
        await a.WatchUntilAsync(ofA);

        Assert.Equal(renewed.Value, (await ofA).Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Working_owner_is_never_taken_over(int hoursAhead)
    {
        await using UserApp app = await UserApp.StartAsync(Family);
        AppProcess a = app.StartProcess(ClockOf(app));
        await app.ConnectAsync(a);
        AccessToken old = await a.GetTokenAsync();
        app.Expire();
        a.Time.Advance(app.Client.TokenLifetime);
        AppProcess b = app.StartProcess(ClockOf(app));
        b.Time.JumpWallClock(TimeSpan.FromHours(hoursAhead));
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> ofA = a.GetTokenAsync();
        await reply.Reached.Soon();
        Task<AccessToken> ofB = b.GetTokenAsync(rejected: old);
        TimeSpan almost = TimeSpan.FromSeconds(30) - TimeSpan.FromMilliseconds(1);
        a.Time.Advance(almost);
        await b.WatchForAsync(TimeSpan.FromSeconds(29));

        Assert.Equal(1, app.Renewals);
        reply.Release();
        await ofA;

        await b.WatchUntilAsync(ofB);
        if (hoursAhead == 0)
        {
            Assert.Equal((await ofA).Value, (await ofB).Value);
            Assert.Equal(1, app.Renewals);
        }
        else
        {
            // With a clock that is an hour wrong, a good token looks expired or not yet valid. The process may renew, but with the new refresh token.
            await ofB;
        }

        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Theory]
    [InlineData("after its mark", false)]
    [InlineData("after its mark", true)]
    [InlineData("after its send", true)]
    [InlineData("after its reply", true)]
    public async Task Dead_owners_mark_is_taken_over_after_one_lease(string death, bool hasGrace)
    {
        await using UserApp app = await UserApp.StartAsync(hasGrace ? WithGrace : Family);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        TimeSpan lease = hasGrace ? LeaseWithGrace : LeaseWithoutGrace;
        Task dead = death switch
        {
            "after its mark" => app.Cache.HoldNext(call => call.SetsMark, after: true).Reached,
            "after its send" => app.TokenEndpoint.PauseNextReply().Reached,
            _ => app.Cache.HoldNext(call => call.SavesTokens).Reached,
        };
        _ = a.GetTokenAsync();
        await dead.Soon();

        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchForAsync(lease / 2);
        b.Time.JumpWallClock(TimeSpan.FromHours(1));
        await b.WatchForAsync((lease / 2) - Second);
        Assert.False(ofB.IsCompleted);
        b.Time.JumpWallClock(TimeSpan.FromHours(-1));
        TimeSpan rest = await b.WatchUntilAsync(ofB);

        await ofB;
        Assert.InRange(rest, TimeSpan.Zero, 4 * Second);
        Assert.Contains(app.Log.Lines, line => line.Contains("it is taken over", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Takeover_replays_within_the_grace()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        using FakePause lost = app.TokenEndpoint.PauseNextReply();
        _ = a.GetTokenAsync();
        await lost.Reached.Soon();
        // T + c + one takeover, and d = 19 s until the first look (docs/renewal.md, the times).
        app.Time.Advance(TimeSpan.FromSeconds(19));

        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchForAsync(LeaseWithGrace - Second);
        app.Time.Advance(LeaseWithGrace + (2 * Second));
        await b.WatchUntilAsync(ofB);

        await ofB;
        Assert.Equal(2, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Takeover_after_the_grace_says_so()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        (AppProcess a, AppProcess b) = await TwoProcessesAsync(app);
        using FakePause lost = app.TokenEndpoint.PauseNextReply();
        _ = a.GetTokenAsync();
        await lost.Reached.Soon();
        app.Time.Advance(Grace + Second);

        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchUntilAsync(ofB);

        ReauthorizationRequiredException error = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => ofB);
        Assert.Contains("an earlier attempt had an unknown outcome", error.Reason, StringComparison.Ordinal);
        Assert.Contains("the process that made it did not finish it", error.Reason, StringComparison.Ordinal);
    }

    internal static ManualTime ClockOf(UserApp app)
    {
        ManualTime clock = new();
        clock.Advance(app.Time.GetUtcNow() - clock.GetUtcNow());
        return clock;
    }

    // Both processes have read the connection, and its access token has expired for both.
    internal static async Task<(AppProcess A, AppProcess B)> TwoProcessesAsync(UserApp app)
    {
        AppProcess a = app.StartProcess(ClockOf(app));
        await app.ConnectAsync(a);
        app.Expire();
        a.Time.Advance(app.Client.TokenLifetime);
        return (a, app.StartProcess(ClockOf(app)));
    }

    private static void Sleep(AppProcess process, bool isSuspended)
    {
        if (isSuspended)
        {
            process.Time.JumpWallClock(LeaseWithoutGrace);
        }
        else
        {
            process.Time.Advance(LeaseWithoutGrace);
        }
    }
}
