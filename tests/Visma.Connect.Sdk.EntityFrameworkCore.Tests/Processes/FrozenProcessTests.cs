namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>
/// Processes that are suspended (SIGSTOP, SIGCONT) while the reply to their refresh token is on its way. It arrives in the socket of a process
/// that does not run. When the process continues, the timers of its limits and the reply are due at the same moment.
/// </summary>
[Collection(ProcessTests.Name)]
public class FrozenProcessTests
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromSeconds(6);

    // No grace period: a request is slow after 30 s. Five seconds: after 2 s. Sixty: after 10 s, and it is given up for a replay after 30 s.
    private static readonly TimeSpan[] Graces = [TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60)];

    // The longest one is longer than any request is listened to.
    private static readonly TimeSpan[] Stops = [.. (TestSize.IsFull ? new[] { 3, 10, 45, 95, 105 } : [3, 10]).Select(seconds => TimeSpan.FromSeconds(seconds))];

    [Fact]
    public async Task A_process_that_was_frozen_reads_the_reply_before_it_gives_up_its_request()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal that stops a process.");
        (TimeSpan Stop, TimeSpan Grace)[] cases = [.. Stops.SelectMany(stop => Graces.Select(grace => (stop, grace)))];
        using TokenDatabase database = TokenDatabase.Sqlite();
        await using Fleet fleet = await Fleet.StartAsync(
            database, cases.Length, connections: 1, TokenLifetime, number => FakeRefreshTokens.OneTime(cases[number - 1].Grace, (FakeReplay)(number % 3)));
        await fleet.StartProcessesAsync(perGroup: 1);
        string[] frozen = await Task.WhenAll(fleet.Groups.Zip(cases, (group, one) => FreezeAsync(group, one.Stop)));
        await fleet.SettleAsync();
        await fleet.EndAsync();

        Fleet.Print($"{cases.Length} processes were frozen for {Stops[0].TotalSeconds:0} to {Stops[^1].TotalSeconds:0} s in {fleet.Elapsed.TotalSeconds:0} s; "
            + $"{fleet.Presentations.Count} refresh tokens presented, {fleet.Workers.Sum(worker => worker.Errors.Count)} errors reported.");
        await fleet.AssertNothingIsLostAsync();
        Assert.Empty(fleet.Visma.NeedlessReplays);
        foreach ((string refreshToken, (TimeSpan stop, TimeSpan grace)) in frozen.Zip(cases))
        {
            int times = fleet.Presentations.Count(presentation => presentation.RefreshToken == refreshToken);
            Assert.True(times == 1, $"Frozen for {stop.TotalSeconds:0} s, grace period of {grace.TotalSeconds:0} s: presented {times} times.\n{fleet.Report()}");
        }
    }

    // Returns the refresh token that the process had sent.
    private static async Task<string> FreezeAsync(WorkerGroup group, TimeSpan stop)
    {
        // The server has the whole request. It exchanges the token and replies, and the process cannot read the reply.
        (Worker worker, string refreshToken) = await group.AtNextRequestAsync(sender => sender.Stop());
        await Task.Delay(stop, TestContext.Current.CancellationToken);
        worker.Continue();
        return refreshToken;
    }
}
