namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>What a stopping program waits for.</summary>
public class StoppingTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(35);

    [Fact]
    public async Task Stopping_host_waits_for_renewals_in_flight_and_begins_none()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AppProcess process, FakePause reply, Task<AccessToken> call) = await app.StartWithOpenRenewalAsync();

        Task stopping = process.Hosted.StoppedAsync(TestApp.Cancellation);
        Assert.False(stopping.IsCompleted);
        reply.Release();
        await call;
        await stopping.Soon();

        app.Expire();
        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());
        Assert.Contains("The host is stopping", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Stopping_host_waits_for_unsaved_tokens_and_says_what_it_could_not_wait_for()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AppProcess process, AccessToken token) = await app.StartWithUnsavedTokensAsync();

        using CancellationTokenSource patience = new();
        Task stopping = process.Hosted.StoppedAsync(patience.Token);
        Assert.False(stopping.IsCompleted);
        await patience.CancelAsync();
        await stopping.Soon();
        Assert.Single(app.Log.Lines, line => line.StartsWith("Critical Visma.Connect.Sdk 19 ", StringComparison.Ordinal));

        Task stoppingAgain = process.Hosted.StoppedAsync(TestApp.Cancellation);
        app.Cache.IsDown = false;
        await process.PassAsync(Lease / 3);
        await stoppingAgain.Soon();
        Assert.Equal(token.Value, (await app.EntryAsync()).Tokens.AccessToken.Value);
    }

    [Fact]
    public async Task Stopping_host_finishes_what_a_lost_reply_has_begun()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        app.TokenEndpoint.LoseNextReply();
        Task<AccessToken> call = process.GetTokenAsync();
        await reply.Reached.Soon();

        Task stopped = process.Hosted.StoppedAsync(TestApp.Cancellation);
        reply.Release();
        AccessToken token = await call;
        await stopped.Soon();

        Assert.Equal(2, app.Renewals);
        Assert.Equal(token.Value, (await app.EntryAsync()).Tokens.AccessToken.Value);
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(100, 4)]
    public async Task Stopping_host_sends_a_token_that_may_be_spent_once_more_within_the_grace_period(int lost, int renewals)
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply(times: lost);
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        await process.Hosted.StoppedAsync(TestApp.Cancellation).Soon();

        Assert.Equal(renewals, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
        Assert.Equal(lost == 2, await app.EntryAsync() is { Mark: null, Attempt: > 0 });
    }

    // After several failures a caller has to wait. The grace period does not.
    [Fact]
    public async Task Stopping_host_sends_a_token_that_may_be_spent_also_while_callers_have_to_wait()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply(times: 4);
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());
        Assert.Equal(4, app.Renewals);

        await process.Hosted.StoppedAsync(TestApp.Cancellation).Soon();

        Assert.Equal(5, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
        Assert.True(await app.EntryAsync() is { Mark: null, Attempt: > 0 });
    }

    [Fact]
    public async Task Stopping_host_sends_a_token_that_may_be_spent_also_while_the_access_token_lives()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        await process.GetTokenAsync();
        app.Time.Advance(TimeSpan.FromMinutes(58));
        app.TokenEndpoint.LoseNextReply(times: 2);
        await process.GetTokenAsync();
        await Eventually.TrueAsync(() => app.Log.Lines.Any(line => line.Contains("ahead of its expiry failed", StringComparison.Ordinal)));

        await process.Hosted.StoppedAsync(TestApp.Cancellation).Soon();

        Assert.Equal(3, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
        Assert.True(await app.EntryAsync() is { Mark: null, Attempt: > 0 });
    }

    [Fact]
    public async Task Stopping_host_sends_no_token_after_the_grace_period()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply(times: 2);
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());
        app.Time.JumpWallClock(TimeSpan.FromMinutes(1));

        await process.Hosted.StoppedAsync(TestApp.Cancellation).Soon();

        Assert.Equal(2, app.Renewals);
    }

    [Fact]
    public async Task Stopping_host_does_not_wait_for_a_watch_that_may_begin_nothing()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess a = await app.StartWithExpiredTokenAsync();
        AppProcess b = app.StartProcess(RenewalRaceTests.ClockOf(app));
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> ofA = a.GetTokenAsync();
        await reply.Reached.Soon();
        Task<AccessToken> ofB = b.GetTokenAsync();
        await b.WatchForAsync(TimeSpan.FromSeconds(2));

        Task stopped = b.Hosted.StoppedAsync(TestApp.Cancellation);
        await b.WatchUntilAsync(stopped);

        await Assert.ThrowsAsync<VismaConnectException>(() => ofB);
        reply.Release();
        await ofA;
    }

    [Fact]
    public async Task Container_that_goes_waits_for_a_renewal_in_flight()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AppProcess process, FakePause reply, Task<AccessToken> call) = await app.StartWithOpenRenewalAsync();

        Task disposing = ((IAsyncDisposable)process.Services).DisposeAsync().AsTask();
        Assert.False(disposing.IsCompleted);
        reply.Release();
        await disposing.Soon();

        Assert.Equal((await call).Value, (await app.EntryAsync()).Tokens.AccessToken.Value);
    }

    [Fact]
    public async Task Container_that_goes_tries_once_more_to_save_what_it_holds()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AppProcess process, AccessToken token) = await app.StartWithUnsavedTokensAsync();
        app.Cache.IsDown = false;

        await ((IAsyncDisposable)process.Services).DisposeAsync();

        Assert.Equal(token.Value, (await app.EntryAsync()).Tokens.AccessToken.Value);
    }

    [Fact]
    public async Task Container_that_cannot_wait_says_what_it_cuts_off()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AppProcess process, FakePause reply, Task<AccessToken> call) = await app.StartWithOpenRenewalAsync();

        ((IDisposable)process.Services).Dispose();
        ((IDisposable)process.Services).Dispose();

        Assert.Single(app.Log.Lines, line => line.StartsWith("Critical Visma.Connect.Sdk 38 ", StringComparison.Ordinal));
        reply.Release();
        await Record.ExceptionAsync(() => call);
    }

    [Fact]
    public async Task Container_that_goes_without_a_renewal_says_nothing()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        await process.GetTokenAsync();

        ((IDisposable)process.Services).Dispose();

        Assert.DoesNotContain(app.Log.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal));
    }
}
