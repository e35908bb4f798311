namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>Renewals while the token cache fails, hangs, or loses a write.</summary>
public class CacheTroubleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan LeaseWithGrace = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan HalfTheGrace = TimeSpan.FromSeconds(30);

    private static FakeRefreshTokens WithGrace => FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60));

    [Fact]
    public async Task Mark_of_unknown_outcome_is_recognised()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.Cache.FailNext(call => call.SetsMark, after: true);

        await process.GetTokenAsync();

        Assert.Equal(1, app.Renewals);
        Assert.Single(app.Cache.Calls, call => call.SetsMark);
    }

    [Fact]
    public async Task Mark_that_was_not_saved_is_no_mark()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.Cache.FailNext(call => call.SetsMark);

        await process.GetTokenAsync();

        Assert.Equal(1, app.Renewals);
        Assert.Equal(2, app.Cache.Calls.Count(call => call.SetsMark));
    }

    [Fact]
    public async Task Save_reported_as_failed_but_applied_is_not_repeated_over_newer_tokens()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess a = await app.StartWithExpiredTokenAsync();
        AppProcess b = app.StartProcess();
        app.Cache.FailNext(call => call.SavesTokens, after: true);
        Gate saved = app.Cache.HoldNext(call => call.SavesTokens, after: true);
        Task<AccessToken> ofA = a.GetTokenAsync();
        await Eventually.TrueAsync(() => app.Cache.Calls.Any(call => call.SavesTokens));
        await ofA;
        AccessToken first = await b.GetTokenAsync();
        Task<AccessToken> ofB = b.GetTokenAsync(first);
        app.Time.Advance(TimeSpan.FromMinutes(2));
        saved.Open();

        Assert.Equal((await ofA).Value, first.Value);
        await ofB;
        Assert.Equal((await app.EntryAsync()).Tokens.AccessToken.Value, (await b.GetTokenAsync()).Value);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Cache_that_cannot_be_read_is_an_error_and_nothing_is_sent()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.Cache.IsDown = true;

        Task<AccessToken> call = process.GetTokenAsync();
        await process.WatchUntilAsync(call);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => call);
        Assert.StartsWith("The token cache failed to read the entry of client 'nxt', connection 'customer-42'", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
        Assert.Equal(0, app.Renewals);
        app.Cache.IsDown = false;
        await process.GetTokenAsync();
    }

    [Fact]
    public async Task Unreadable_entry_is_an_error()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        int calls = app.Cache.Calls.Count;
        for (int failures = 0; failures < 3; failures++)
        {
            app.Cache.FailNext(call => call.IsRead);
        }

        Task<AccessToken> call = process.GetTokenAsync();
        await process.WatchUntilAsync(call);

        await Assert.ThrowsAsync<VismaConnectException>(() => call);
        Assert.All(app.Cache.Calls.Skip(calls).Where(call => !call.IsOfClaim), later => Assert.True(later.IsRead));
    }

    [Fact]
    public async Task Cache_that_hangs_holds_nobody_up()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        Gate hangs = app.Cache.HoldNext(call => call.IsRead);
        Task<AccessToken> call = process.GetTokenAsync();
        await hangs.Reached.Soon();

        await process.PassAsync(TimeSpan.FromSeconds(2));
        await process.WatchUntilAsync(call);

        await call;
    }

    [Fact]
    public async Task Cache_that_blocks_its_thread_is_given_up_like_one_that_hangs()
    {
        using BlockingCache blocks = new();
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess(cache: new TroubledCache(blocks));
        Task<AccessToken> call = process.GetTokenAsync();

        for (int reads = 1; reads <= 3; reads++)
        {
            await Eventually.TrueAsync(() => blocks.Blocked == reads);
            await process.PassAsync(TimeSpan.FromSeconds(2));
            await process.WatchUntilAsync(() => call.IsCompleted || blocks.Blocked > reads);
        }

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => call);
        Assert.Contains("took longer than 2 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_is_released_after_it_is_saved()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        Gate save = app.Cache.HoldNext(call => call.SavesTokens);
        Task<AccessToken>[] calls = [process.GetTokenAsync(), process.GetTokenAsync(), process.GetTokenAsync()];
        await save.Reached.Soon();

        Assert.All(calls, call => Assert.False(call.IsCompleted));
        save.Open();

        AccessToken[] tokens = await Task.WhenAll(calls);
        Assert.Equal((await app.EntryAsync()).Tokens.AccessToken.Value, tokens[0].Value);
    }

    [Fact]
    public async Task While_the_cache_is_down_new_tokens_are_served_from_memory_and_saved_when_it_is_back()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken>[] calls = [process.GetTokenAsync(), process.GetTokenAsync()];
        await reply.Reached.Soon();
        app.Cache.IsDown = true;
        reply.Release();

        AccessToken[] tokens = await Task.WhenAll(calls);
        Assert.Equal(tokens[0].Value, (await process.GetTokenAsync()).Value);
        Assert.NotEqual(tokens[0].Value, (await app.EntryAsync()).Tokens.AccessToken.Value);
        Assert.Single(app.Log.Lines, line => line.StartsWith("Critical Visma.Connect.Sdk 12 ", StringComparison.Ordinal));
        for (int attempt = 0; attempt < 20; attempt++)
        {
            await process.PassAsync(Lease / 3);
        }

        await process.WaitsForAsync(Lease / 3);
        app.Cache.IsDown = false;
        await process.PassAsync(Lease / 3);
        await Eventually.TrueAsync(() => app.EntryAsync().Result.Tokens.AccessToken.Value == tokens[0].Value);
        Assert.Null((await app.EntryAsync()).Mark);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Nothing_more_is_renewed_until_unsaved_tokens_are_saved()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AppProcess process, _) = await app.StartWithUnsavedTokensAsync();
        app.Expire();

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        Assert.Contains("Nothing is renewed until the token cache works again", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Watch_starts_again_after_a_failed_read()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess a = await app.StartWithExpiredTokenAsync();
        AppProcess b = app.StartProcess(RenewalRaceTests.ClockOf(app));
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> ofA = a.GetTokenAsync();
        await reply.Reached.Soon();
        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchForAsync(Lease - (2 * Second));

        app.Cache.FailNext(call => call.IsRead);
        await b.WatchForAsync(Lease - (2 * Second));

        Assert.False(ofB.IsCompleted);
        Assert.Equal(1, app.Renewals);
        reply.Release();
        await ofA;
        await b.WatchUntilAsync(ofB);
        Assert.Equal((await ofA).Value, (await ofB).Value);
        Assert.Equal(1, app.Renewals);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Failed_reads_put_off_no_takeover_within_the_grace_period(int inARow)
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        AppProcess b = await WatcherOfUnsavedTokensAsync(app);
        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchForAsync(LeaseWithGrace - Second);

        for (int failure = 0; failure < inARow; failure++)
        {
            app.Cache.FailNext(call => call.IsRead);
        }

        TimeSpan rest = await b.WatchUntilAsync(ofB);
        if (inARow == 3)
        {
            // Too many failures for one call. The next call continues the watch.
            await Assert.ThrowsAsync<VismaConnectException>(() => ofB);
            ofB = b.GetTokenAsync();
            rest += await b.WatchUntilAsync(ofB);
        }

        await ofB;
        Assert.InRange(rest, TimeSpan.Zero, 6 * Second);
        Assert.Equal(2, app.Renewals);
        Assert.Equal(ConnectionState.Active, (await app.EntryAsync()).State);
    }

    // A takeover then may come after the grace period, and the owner may be alive, with tokens to save.
    [Theory]
    [InlineData("much time has gone by")]
    [InlineData("the machine has slept")]
    [InlineData("the mark was seen late")]
    [InlineData("the mark is not the first")]
    [InlineData("the consent is older than the grace period")]
    public async Task Failed_read_starts_the_watch_again_where_a_replay_could_come_too_late(string because)
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        AppProcess b = await WatcherOfUnsavedTokensAsync(app, isSecondAttempt: because == "the mark is not the first");
        int sent = app.Renewals;
        TokenEntry entry = await app.EntryAsync();
        TimeSpan? grace = because == "the consent is older than the grace period" ? null : entry.GracePeriod;
        Assert.True(await app.Cache.SaveAsync(UserApp.Key, entry with { GracePeriod = grace, Version = "as consented" }, entry.Version, TestApp.Cancellation));
        b.Time.Advance(because == "the mark was seen late" ? HalfTheGrace : TimeSpan.Zero);
        Task<AccessToken> before = b.GetTokenAsync();
        await b.WatchForAsync(LeaseWithGrace - (5 * Second));
        app.Cache.IsDown = true;
        await b.WatchUntilAsync(before);
        await Assert.ThrowsAsync<VismaConnectException>(() => before);

        b.Time.Advance(because == "much time has gone by" ? HalfTheGrace : TimeSpan.Zero);
        b.Time.JumpWallClock(because == "the machine has slept" ? HalfTheGrace : TimeSpan.Zero);
        app.Cache.IsDown = false;
        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchForAsync(LeaseWithGrace - Second);

        Assert.False(ofB.IsCompleted);
        Assert.Equal(sent, app.Renewals);
        await b.WatchUntilAsync(ofB);
    }

    [Fact]
    public async Task Own_mark_that_came_too_late_to_send_under_is_watched_by_nobody_here()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        Gate marked = app.Cache.HoldNext(call => call.SetsMark, after: true);
        Task<AccessToken> first = process.GetTokenAsync();
        await marked.Reached.Soon();
        process.Time.JumpWallClock(LeaseWithGrace);
        app.Cache.IsDown = true;
        marked.Open();
        await process.WatchUntilAsync(first);
        await Assert.ThrowsAsync<VismaConnectException>(() => first);
        Assert.Equal(0, app.Renewals);

        app.Cache.IsDown = false;
        Task<AccessToken> second = process.GetTokenAsync();
        TimeSpan gone = await process.WatchUntilAsync(second);

        await second;
        Assert.Equal(TimeSpan.Zero, gone);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Mark_of_another_process_is_watched_although_this_process_gave_up_its_own()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        AppProcess a = await app.StartWithExpiredTokenAsync();
        Gate marked = app.Cache.HoldNext(call => call.SetsMark, after: true);
        Task<AccessToken> first = a.GetTokenAsync();
        await marked.Reached.Soon();
        a.Time.JumpWallClock(LeaseWithGrace);
        app.Cache.IsDown = true;
        marked.Open();
        await a.WatchUntilAsync(first);
        await Assert.ThrowsAsync<VismaConnectException>(() => first);
        app.Cache.IsDown = false;
        AppProcess b = app.StartProcess(RenewalRaceTests.ClockOf(app));
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchUntilAsync(() => reply.Reached.IsCompleted);

        Task<AccessToken> ofA = a.GetTokenAsync();
        await a.WatchForAsync(LeaseWithGrace - (2 * Second));

        Assert.False(ofA.IsCompleted);
        Assert.Equal(1, app.Renewals);
        reply.Release();
        AccessToken renewed = await ofB;
        await a.WatchUntilAsync(ofA);
        Assert.Equal(renewed.Value, (await ofA).Value);
        Assert.Equal(1, app.Renewals);
    }

    // The owner of the mark may be alive, with tokens to save.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Takeover_that_failed_is_tried_again_without_a_watch_for_a_lease_only(bool isSoon)
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        AppProcess b = await WatcherOfUnsavedTokensAsync(app);
        Gate marked = app.Cache.HoldNext(call => call.SetsMark, after: true);
        Task<AccessToken> first = b.GetTokenAsync();
        await b.WatchUntilAsync(() => marked.Reached.IsCompleted);
        b.Time.JumpWallClock(LeaseWithGrace);
        app.Cache.IsDown = true;
        marked.Open();
        await b.WatchUntilAsync(first);
        await Assert.ThrowsAsync<VismaConnectException>(() => first);

        b.Time.Advance(isSoon ? TimeSpan.Zero : LeaseWithGrace);
        app.Cache.IsDown = false;
        Task<AccessToken> second = b.GetTokenAsync();
        if (!isSoon)
        {
            await b.WatchForAsync(LeaseWithGrace - Second);
            Assert.Equal(1, app.Renewals);
        }

        TimeSpan rest = await b.WatchUntilAsync(second);
        await second;
        Assert.InRange(rest, TimeSpan.Zero, isSoon ? TimeSpan.Zero : 4 * Second);
        Assert.Equal(2, app.Renewals);
    }

    [Fact]
    public async Task What_became_of_an_attempt_is_noted_also_when_its_note_was_not_saved_at_first()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply();
        Gate marked = app.Cache.HoldNext(call => call.SetsMark, after: true);
        Task<AccessToken> token = process.GetTokenAsync();
        await marked.Reached.Soon();
        app.Cache.FailNext(call => call.SetsMark);
        marked.Open();

        await token;

        string?[] outcomes = [.. app.Cache.Calls.Where(call => call.SetsMark).Select(call => call.Entry!.Mark!.Outcome)];
        Assert.Equal(3, outcomes.Length);
        Assert.Contains("Attempt 1 ", outcomes[2], StringComparison.Ordinal);
        Assert.Equal(2, app.Renewals);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Owner_saves_before_any_watcher_takes_over_after_an_outage(bool hasGrace)
    {
        await using UserApp app = await UserApp.StartAsync(hasGrace ? WithGrace : null);
        TimeSpan lease = hasGrace ? LeaseWithGrace : Lease;
        AppProcess a = await app.StartWithExpiredTokenAsync();
        AppProcess b = app.StartProcess(RenewalRaceTests.ClockOf(app));
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> ofA = a.GetTokenAsync();
        await reply.Reached.Soon();
        Task<AccessToken> before = b.GetTokenAsync();
        await b.WatchForAsync(lease / 2);
        app.Cache.IsDown = true;
        reply.Release();
        AccessToken saved = await ofA;
        await b.WatchUntilAsync(before);
        await Assert.ThrowsAsync<VismaConnectException>(() => before);
        b.Time.Advance(10 * lease);
        for (int failure = 0; failure < 30; failure++)
        {
            await a.PassAsync(lease / 3);
        }

        await a.WaitsForAsync(lease / 3);
        app.Cache.IsDown = false;
        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchForAsync(lease / 3);
        await a.PassAsync(lease / 3);
        await Eventually.TrueAsync(() => app.EntryAsync().Result.Mark is null);
        await b.WatchUntilAsync(ofB);

        Assert.Equal(saved.Value, (await ofB).Value);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Cache_that_forgot_a_write_is_healed_from_memory()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime());
        AppProcess process = await app.StartWithExpiredTokenAsync();
        TokenEntry older = Copy.Of(await app.EntryAsync());
        await process.GetTokenAsync();
        string? newer = (await app.EntryAsync()).Tokens.RefreshToken;
        await app.Cache.ForgetBackToAsync(UserApp.Key, older);
        app.Expire();

        await process.GetTokenAsync();

        Assert.Equal(newer, app.TokenEndpoint.Requests[^1].Form["refresh_token"]);
        Assert.Equal(2, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
        Assert.Contains(app.Log.Lines, line => line.Contains("The token cache lost a write", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fresh_process_over_a_cache_that_forgot_a_write_is_saved_by_the_grace()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        TokenEntry older = Copy.Of(await app.EntryAsync());
        await process.GetTokenAsync();
        await app.Cache.ForgetBackToAsync(UserApp.Key, older);

        await app.StartProcess().GetTokenAsync();

        Assert.Equal(2, app.Renewals);
    }

    [Fact]
    public async Task End_of_a_connection_that_cannot_be_saved_is_found_out_again_later()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.Visma.RevokeGrants(app.Client);
        app.Cache.FailNext(call => call.Ends, after: true);

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());

        Assert.Equal(1, app.Renewals);
        Assert.Equal(ConnectionState.ReauthorizationRequired, (await app.EntryAsync()).State);
    }

    [Fact]
    public async Task Cache_that_can_be_read_and_not_written_is_an_error_before_anything_is_sent()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        FailEvery(app, call => call.SetsMark);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        Assert.StartsWith("The token cache failed to save the entry of", error.Message, StringComparison.Ordinal);
        Assert.InRange(app.Cache.Calls.Count(call => call.SetsMark), 1, 5);
        Assert.Equal(0, app.Renewals);
    }

    [Fact]
    public async Task Tokens_that_a_readable_cache_does_not_take_are_kept_and_served()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        FailEvery(app, call => call.SavesTokens);

        AccessToken token = await process.GetTokenAsync();

        Assert.Equal(token.Value, (await process.GetTokenAsync()).Value);
        Assert.Equal(1, app.Cache.Calls.Count(call => call.SavesTokens));
        Assert.Contains(app.Log.Lines, line => line.StartsWith("Critical Visma.Connect.Sdk 12 ", StringComparison.Ordinal));
        app.Cache.Recover();
        await process.PassAsync(Lease / 3);
        await Eventually.TrueAsync(() => app.EntryAsync().Result.Tokens.AccessToken.Value == token.Value);
    }

    // The process knows tokens of the consent before. It finds those of the new one when they have expired.
    [Fact]
    public async Task Tokens_of_a_consent_that_another_process_saved_are_kept_too_if_the_cache_does_not_take_them()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        await process.GetTokenAsync();
        await app.ConnectAsync(app.StartProcess());
        app.Expire();
        FailEvery(app, call => call.SavesTokens);
        AccessToken token = await process.GetTokenAsync();
        app.Time.Advance(TimeSpan.FromMinutes(2));

        Task<AccessToken> call = process.GetTokenAsync(rejected: token);
        await process.WatchUntilAsync(call);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => call);
        Assert.Contains("Nothing is renewed until the token cache works again", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task User_who_connects_again_during_an_outage_gets_the_tokens_of_the_new_consent()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AppProcess process, _) = await app.StartWithUnsavedTokensAsync();
        app.Cache.IsDown = false;

        await app.ConnectAsync(process);

        string fresh = (await app.EntryAsync()).Tokens.AccessToken.Value;
        Assert.Equal(fresh, (await process.GetTokenAsync()).Value);
        await process.PassAsync(Lease / 3);
        await Eventually.TrueAsync(() => app.Log.Lines.Any(line => line.StartsWith("Warning Visma.Connect.Sdk 13 ", StringComparison.Ordinal)));
        Assert.Equal(fresh, (await process.GetTokenAsync()).Value);
        Assert.Equal(fresh, (await app.EntryAsync()).Tokens.AccessToken.Value);
    }

    [Fact]
    public async Task User_who_disconnects_during_an_outage_has_no_token()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AppProcess process, _) = await app.StartWithUnsavedTokensAsync();
        app.Cache.IsDown = false;

        await process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());
        await process.PassAsync(Lease / 3);
        await Eventually.TrueAsync(() => app.Server.RevocationEndpoint.Requests.Count == 2);
        Assert.Null(await app.Cache.EntryAsync(UserApp.Key));
    }

    [Fact]
    public async Task Token_known_to_be_spent_is_not_sent_however_often_the_cache_forgets()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        TokenEntry older = await app.EntryAsync();
        await process.GetTokenAsync();
        app.Expire();
        await app.Cache.ForgetBackToAsync(UserApp.Key, Copy.Of(older));
        app.Cache.ForgetsEverySaveBackTo = () => Copy.Of(older);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        Assert.Contains("keeps losing the newest tokens", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, app.Renewals);
    }

    private static void FailEvery(UserApp app, Func<CacheCall, bool> which)
    {
        for (int time = 0; time < 100; time++)
        {
            app.Cache.FailNext(which);
        }
    }

    // Starts a second process, while the first one has the reply of its renewal and cannot save it.
    private static async Task<AppProcess> WatcherOfUnsavedTokensAsync(UserApp app, bool isSecondAttempt = false)
    {
        AppProcess owner = await app.StartWithExpiredTokenAsync();
        AppProcess watcher = app.StartProcess(RenewalRaceTests.ClockOf(app));
        if (isSecondAttempt)
        {
            app.TokenEndpoint.LoseNextReply();
        }

        Gate saving = app.Cache.HoldNext(call => call.SavesTokens);
        _ = owner.GetTokenAsync();
        await saving.Reached.Soon();
        return watcher;
    }
}
