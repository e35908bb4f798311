using System.Net;

namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>Renewals that the server refuses without an exchange of the refresh token.</summary>
public class BusyServerTests
{
    [Theory]
    [InlineData(429, "60", 60)]
    [InlineData(503, "60", 60)]
    [InlineData(429, "Sat, 21 Nov 2026 13:02:00 GMT", 120)]
    [InlineData(429, "86400", 300)]
    public async Task Busy_server_clears_the_mark_and_is_left_alone(int status, string retryAfter, int seconds)
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Busy(retryAfter, (HttpStatusCode)status));

        VismaConnectException first = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());
        app.Time.Advance(TimeSpan.FromSeconds(seconds - 1));
        VismaConnectException here = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());
        VismaConnectException elsewhere = await Assert.ThrowsAsync<VismaConnectException>(() => app.StartProcess().GetTokenAsync());

        Assert.Equal(TimeSpan.FromSeconds(seconds), first.RetryAfter);
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)), (here.RetryAfter, elsewhere.RetryAfter));
        Assert.True(first.IsTransient && here.IsTransient && elsewhere.IsTransient);
        Assert.Equal(1, app.Renewals);
        TokenEntry entry = await app.EntryAsync();
        Assert.Null(entry.Mark);
        Assert.Equal(ConnectionState.Active, entry.State);
        app.Time.Advance(TimeSpan.FromSeconds(1));
        await process.GetTokenAsync();
        Assert.Equal(2, app.Renewals);
    }

    [Fact]
    public async Task Pause_after_a_503_ends_within_the_grace_because_the_token_may_have_been_exchanged()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.LoseNextReply(FakeReply.Busy("300"));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());
        app.Time.Advance(error.RetryAfter!.Value);

        Assert.Equal(TimeSpan.FromSeconds(45), error.RetryAfter);
        await process.GetTokenAsync();
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Theory]
    [InlineData("invalid_scope")]
    [InlineData("unauthorized_client")]
    [InlineData("invalid_request")]
    [InlineData("invalid_client")]
    [InlineData("something_new")]
    public async Task Refusal_that_is_not_of_the_token_leaves_the_connection_as_it_was(string refusal)
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        string? before = (await app.EntryAsync()).Tokens.RefreshToken;
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal(refusal));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        Assert.Equal(refusal, error.Error);
        TokenEntry entry = await app.EntryAsync();
        Assert.Null(entry.Mark);
        Assert.Equal((ConnectionState.Active, before), (entry.State, entry.Tokens.RefreshToken));
        // A refused client is held back for a second.
        app.Time.Advance(TimeSpan.FromSeconds(1));
        await process.GetTokenAsync();
    }

    [Fact]
    public async Task Note_of_a_process_whose_clock_is_wrong_holds_nobody_up()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess(RenewalRaceTests.ClockOf(app));
        await app.ConnectAsync(process);
        app.Expire();
        process.Time.Advance(app.Client.TokenLifetime);
        process.Time.JumpWallClock(TimeSpan.FromDays(1));
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("60", HttpStatusCode.TooManyRequests));
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        await app.StartProcess().GetTokenAsync();

        Assert.Equal(2, app.Renewals);
        Assert.Equal(60, (int)((await app.EntryAsync()).Tokens.AccessToken.ExpiresAt - app.Time.GetUtcNow()).TotalMinutes);
        Assert.Null((await app.EntryAsync()).NotBefore);
    }
}
