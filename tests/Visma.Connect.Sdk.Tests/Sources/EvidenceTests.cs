using System.Net;

namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>What a mark says about sends whose outcome is unknown, and what follows from it.</summary>
public class EvidenceTests
{
    private static readonly FakeRefreshTokens WithGrace = FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60));

    // The grace is long over, so a replay saves nothing, and an overloaded server asks for no requests during five minutes.
    [Fact]
    public async Task Pause_that_the_server_asks_for_is_kept_when_the_evidence_is_older_than_the_grace()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        // Lost requests: the token is not spent.
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());
        app.Time.Advance(TimeSpan.FromMinutes(10));
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("300", HttpStatusCode.TooManyRequests));

        VismaConnectException busy = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        Assert.Equal(TimeSpan.FromMinutes(5), busy.RetryAfter);
    }

    // A slow cache leaves an own mark under which nothing was sent. The next mark is sent, its reply is lost, and the cache loses that mark.
    [Fact]
    public async Task Evidence_of_a_lost_reply_survives_a_cache_that_loses_its_mark()
    {
        await using UserApp app = await UserApp.StartAsync(WithGrace);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        Gate slow = app.Cache.HoldNext(call => call.SetsMark, after: true);
        using FakePause request = app.TokenEndpoint.PauseNextReply();
        app.TokenEndpoint.LoseNextReply();
        Task<AccessToken> call = process.GetTokenAsync();
        await slow.Reached.Soon();
        TokenEntry unsent = await app.EntryAsync();
        app.Time.JumpWallClock(TimeSpan.FromSeconds(5));
        slow.Open();
        await request.Reached.Soon();
        Assert.NotEqual(unsent.Mark!.Id, (await app.EntryAsync()).Mark!.Id);

        await app.Cache.ForgetBackToAsync(UserApp.Key, unsent);
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_grant"));
        request.Release();

        ReauthorizationRequiredException end = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
        Assert.Contains("whose reply was lost", end.Reason, StringComparison.Ordinal);
    }
}
