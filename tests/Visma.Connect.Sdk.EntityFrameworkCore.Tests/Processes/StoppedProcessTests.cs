namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>Processes that are suspended for longer than their lease (SIGSTOP, SIGCONT), at a server with a grace period of 30 seconds.</summary>
[Collection(ProcessTests.Name)]
public class StoppedProcessTests(PostgresServer postgres)
{
    // One for each process that is stopped. Another request of the process could be stopped between its last look at the lease and its send,
    // and at a server whose replay revokes earlier tokens no client can prevent the loss (docs/renewal-model, rest-gap and rest-newest).
    private const int Connections = 1;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    // The lease is 8 seconds. By then another process has watched for 9 seconds, and had time for a renewal.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(16);

    [Fact]
    public async Task Processes_on_sqlite_that_sleep_beyond_their_lease_lose_no_connection()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        await StopAsync(database);
    }

    [Fact]
    public async Task Processes_on_postgres_that_sleep_beyond_their_lease_lose_no_connection()
    {
        using TokenDatabase database = TokenDatabase.Postgres(postgres);
        await StopAsync(database);
    }

    private static async Task StopAsync(TokenDatabase database)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal that stops a process.");
        int groups = TestSize.Of(brief: 4, full: 8);
        int rounds = TestSize.Of(brief: 1, full: 3);
        await using Fleet fleet = await Fleet.StartAsync(
            database, groups, Connections, TimeSpan.FromSeconds(6), number => FakeRefreshTokens.OneTime(Grace, (FakeReplay)(number % 3)));
        await fleet.StartProcessesAsync(perGroup: 2);
        int[] takenOver = await Task.WhenAll(fleet.Groups.Select(group => StopOneByOneAsync(fleet, group, rounds)));
        await fleet.SettleAsync();
        await fleet.EndAsync();

        Fleet.Print($"{groups * rounds} stops in {fleet.Elapsed.TotalSeconds:0} s; {takenOver.Sum()} times the other process had taken over before the sleeper went on; "
            + $"{fleet.Presentations.Count} refresh tokens presented for {groups * Connections} connections, "
            + $"{fleet.Workers.Sum(worker => worker.Errors.Count)} errors reported.");
        await fleet.AssertNothingIsLostAsync();
        Assert.True(takenOver.Sum() >= groups * rounds / 2);
    }

    private static async Task<int> StopOneByOneAsync(Fleet fleet, WorkerGroup group, int rounds)
    {
        int takenOver = 0;
        for (int round = 0; round < rounds; round++)
        {
            await Task.Delay(round == 0 ? TimeSpan.Zero : Grace, TestContext.Current.CancellationToken);

            // The process has sent its refresh token. The answer arrives, but the process does not read it.
            (Worker worker, string refreshToken) = await group.AtNextRequestAsync(sender => sender.Stop());
            bool isTakenOver = await fleet.Pulse.UntilAsync(() => IsReplayed(fleet, refreshToken, worker), LongestStop);
            takenOver += isTakenOver ? 1 : 0;
            worker.Continue();
        }

        return takenOver;
    }

    private static bool IsReplayed(Fleet fleet, string refreshToken, Worker sleeper) =>
        fleet.Presentations.Any(presentation => presentation.RefreshToken == refreshToken && presentation.Secret != sleeper.Secret);
}
