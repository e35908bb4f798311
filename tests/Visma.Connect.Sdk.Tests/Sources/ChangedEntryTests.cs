namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>Entries that another save changes while the owner of their mark is at work.</summary>
public class ChangedEntryTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // As in docs/renewal.md, with a grace period of 60 seconds.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RequestIsSlow = TimeSpan.FromSeconds(10);

    private static FakeRefreshTokens WithGrace => FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60));

    private static FakeRefreshTokens Strict => FakeRefreshTokens.OneTime(replayDetection: FakeReplayDetection.None);

    [Fact]
    public async Task Refusal_counts_although_the_entry_was_encrypted_again_during_the_request()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_grant"));
        using FakePause request = app.TokenEndpoint.PauseNext();
        Task<AccessToken> call = process.GetTokenAsync();
        await request.Reached.Soon();
        await app.Cache.ReprotectAsync(cancellationToken: TestApp.Cancellation).Soon();

        request.Release();

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
        Assert.Equal(1, app.Renewals);
        Assert.Contains("refused", (await app.EntryAsync()).StateReason, StringComparison.Ordinal);
    }

    // Two processes have sent the same token. The refusal of the second request says nothing about the tokens that the first one brought.
    [Fact]
    public async Task Refusal_does_not_end_newer_tokens_that_were_saved_during_the_request()
    {
        await using UserApp app = await UserApp.StartAsync(Strict);
        (AppProcess taker, Gate save, Task<AccessToken> ofSilent) = await SilentOwnerAsync(app);
        using FakePause request = app.TokenEndpoint.PauseNext();
        Task<AccessToken> call = taker.GetTokenAsync();
        await taker.WatchUntilAsync(request.Reached);
        save.Open();
        AccessToken saved = await ofSilent;

        request.Release();
        await taker.WatchUntilAsync(call);

        Assert.Equal(saved.Value, (await call).Value);
        Assert.Equal(ConnectionState.Active, (await app.EntryAsync()).State);
    }

    [Fact]
    public async Task Process_that_says_that_it_listens_leaves_newer_tokens_that_were_saved_during_its_request()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        (AppProcess taker, Gate save, Task<AccessToken> ofSilent) = await SilentOwnerAsync(app);
        using FakePause request = app.TokenEndpoint.PauseNext();
        Task<AccessToken> call = taker.GetTokenAsync();
        await taker.WatchUntilAsync(request.Reached);
        save.Open();
        AccessToken saved = await ofSilent;

        await taker.PassAsync(RequestIsSlow);
        await Eventually.TrueAsync(
            () => taker.Time.PendingTimers.Any(timer => timer <= Second) || app.Cache.Calls.Count(longer => longer.Entry?.Mark?.Lease > Lease) > 1,
            "another try in a second, or a save over the newer tokens");

        Assert.Equal(saved.Value, (await app.EntryAsync()).Tokens.AccessToken.Value);
        request.Release();
        await call;
    }

    // The mark of the process lapsed while it slept. It is not the cause of the end: the server has refused the token.
    [Theory]
    [InlineData("a new consent")]
    [InlineData("a later mark")]
    public async Task Process_that_sent_nothing_brings_back_no_connection_that_ended_for_another_cause(string endedUnder)
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        (AppProcess sleeper, AppProcess other) = await RenewalRaceTests.TwoProcessesAsync(app);
        Gate mark = app.Cache.HoldNext(call => call.SetsMark, after: true);
        Task<AccessToken> slept = sleeper.GetTokenAsync();
        await mark.Reached.Soon("the mark of the process that is about to sleep");
        if (endedUnder == "a new consent")
        {
            await app.ConnectAsync(other);
            app.Expire();
            other.Time.Advance(app.Client.TokenLifetime);
            sleeper.Time.JumpWallClock(app.Client.TokenLifetime);
        }

        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_grant"));
        Task<AccessToken> refused = other.GetTokenAsync();
        await other.WatchUntilAsync(refused);
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => refused);
        sleeper.Time.JumpWallClock(Lease);
        mark.Open();

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => slept);
        Assert.Equal(1, app.Renewals);
        Assert.Equal(ConnectionState.ReauthorizationRequired, (await app.EntryAsync()).State);
    }

    // A process is silent for longer than its lease before it saves its tokens. Another process takes its mark over.
    private static async Task<(AppProcess Taker, Gate Save, Task<AccessToken> OfSilent)> SilentOwnerAsync(UserApp app)
    {
        (AppProcess silent, AppProcess taker) = await RenewalRaceTests.TwoProcessesAsync(app);
        Gate save = app.Cache.HoldNext(call => call.SavesTokens);
        Task<AccessToken> ofSilent = silent.GetTokenAsync();
        await save.Reached.Soon("the save of the process that is silent");
        return (taker, save, ofSilent);
    }
}
