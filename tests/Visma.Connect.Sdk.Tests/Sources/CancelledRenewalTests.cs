namespace Visma.Connect.Sdk.Tests.Sources;

public class CancelledRenewalTests
{
    [Theory]
    [InlineData("before its mark")]
    [InlineData("between mark and send")]
    [InlineData("during its send")]
    [InlineData("before its save")]
    public async Task Cancelled_caller_leaves_no_mark_without_a_send(string moment)
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        using CancellationTokenSource cancellation = new();
        (Task reached, Action goOn) = Hold(app, moment);
        Task<AccessToken>[] cancelled = [process.GetTokenAsync(cancellationToken: cancellation.Token), process.GetTokenAsync(cancellationToken: cancellation.Token)];
        await reached.Soon();

        await cancellation.CancelAsync();
        foreach (Task<AccessToken> call in cancelled)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }

        goOn();
        AccessToken token = await process.GetTokenAsync();

        Assert.Equal(1, app.Renewals);
        TokenEntry entry = await app.EntryAsync();
        Assert.Null(entry.Mark);
        Assert.Equal(token.Value, entry.Tokens.AccessToken.Value);
    }

    [Fact]
    public async Task Cancelling_one_caller_does_not_cancel_the_others()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        using CancellationTokenSource cancellation = new();
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> leader = process.GetTokenAsync(cancellationToken: cancellation.Token);
        await reply.Reached.Soon();
        Task<AccessToken> follower = process.GetTokenAsync();

        await cancellation.CancelAsync();
        reply.Release();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        await follower;
        Assert.Equal(1, app.Renewals);
    }

    private static (Task Reached, Action GoOn) Hold(UserApp app, string moment)
    {
        if (moment == "during its send")
        {
            FakePause pause = app.TokenEndpoint.PauseNextReply();
            return (pause.Reached, pause.Release);
        }

        Gate gate = app.Cache.HoldNext(moment == "before its save" ? call => call.SavesTokens : call => call.SetsMark, after: moment == "between mark and send");
        return (gate.Reached, gate.Open);
    }
}
