using System.Net;

namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>What a process remembers of its attempts that ended without tokens.</summary>
public class InterruptedAttemptTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static FakeRefreshTokens WithGrace => FakeRefreshTokens.OneTime(Grace);

    [Fact]
    public async Task Mark_that_the_cache_saves_after_its_renewal_has_failed_does_not_end_the_connection()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        await app.ConnectAsync(process, "company-2", app.User);
        app.Expire();
        Gate save = app.Cache.HoldNext(call => call.SetsMark && call.Key.Equals(UserApp.Key));
        Task<AccessToken> call = process.GetTokenAsync();
        await save.Reached.Soon();

        // The server gives no usable answers, so the token whose mark was not saved in time is not sent.
        app.TokenEndpoint.LoseNextReply(times: 2);
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync("company-2"));
        await process.PassAsync(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<VismaConnectException>(() => call);
        save.Open();
        await Eventually.TrueAsync(async () => (await app.EntryAsync()).Mark is not null);
        app.Time.Advance(TimeSpan.FromMinutes(1));

        await process.GetTokenAsync();

        Assert.Equal((ConnectionState.Active, null), ((await app.EntryAsync()).State, (await app.EntryAsync()).Mark));
    }

    [Fact]
    public Task Mark_that_another_save_kept_from_being_cleared_is_cleared_again() => AssertNotWatchedAsync(_ => { }, Assert.Null);

    [Fact]
    public Task Mark_that_cannot_be_cleared_is_not_watched_by_its_own_process() =>
        AssertNotWatchedAsync(cache => cache.FailNext(call => call.IsRead), mark => Assert.NotNull(mark));

    [Fact]
    public async Task Pause_after_a_lost_reply_ends_within_the_grace_however_long_the_server_asks_for()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply();
        app.TokenEndpoint.Script = _ => app.Renewals == 2 ? FakeReply.Busy("300", HttpStatusCode.TooManyRequests) : null;

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());
        app.Time.Advance(error.RetryAfter!.Value);

        Assert.Equal(Grace - Lease, error.RetryAfter);
        await process.GetTokenAsync();
        Assert.Equal(3, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Evidence_of_a_lost_reply_is_not_evidence_about_the_refresh_token_that_came_after_it()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply();
        app.TokenEndpoint.CutNextReplyAfter("refresh_token");
        app.TokenEndpoint.Script = _ => app.Renewals > 2 ? FakeReply.Refusal("invalid_grant") : null;
        Gate third = app.Cache.HoldNext(call => call.SetsMark && call.Entry!.LastAttempt == 3, after: true);
        Task<AccessToken> call = process.GetTokenAsync();
        await third.Reached.Soon();

        // Too late to send under the third mark, so the process marks again.
        app.Time.JumpWallClock(Lease);
        third.Open();

        ReauthorizationRequiredException end = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
        Assert.Equal(4, (await app.EntryAsync()).LastAttempt);
        Assert.Equal(3, app.Renewals);
        Assert.DoesNotContain("Attempt 1", end.Reason, StringComparison.Ordinal);
        Assert.Contains("the consent was revoked or has expired, or the token was used elsewhere", end.Reason, StringComparison.Ordinal);
    }

    // The server is busy, and another save comes before the mark is cleared.
    private static async Task AssertNotWatchedAsync(Action<TroubledCache> trouble, Action<RenewalMark?> assertMark)
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("1", HttpStatusCode.TooManyRequests));
        Gate clearing = app.Cache.HoldNext(call => call.IsSave && call.Entry!.NotBefore is not null);
        Task<AccessToken> first = process.GetTokenAsync();
        await clearing.Reached.Soon();
        await app.Cache.ReprotectAsync(cancellationToken: TestApp.Cancellation).Soon();
        trouble(app.Cache);
        clearing.Open();
        await Assert.ThrowsAsync<VismaConnectException>(() => first);
        assertMark((await app.EntryAsync()).Mark);

        app.Time.Advance(Second);
        Task<AccessToken> second = process.GetTokenAsync();
        TimeSpan watched = await process.WatchUntilAsync(second);

        await second;
        Assert.Equal(TimeSpan.Zero, watched);
        Assert.Equal(2, app.Renewals);
    }
}
