namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>Processes that are killed (SIGKILL), at a server with a grace period of 30 seconds.</summary>
[Collection(ProcessTests.Name)]
public class KilledProcessTests(PostgresServer postgres)
{
    private const int Connections = 3;

    // From the reply of the server, in milliseconds.
    private const int LongestSave = 15;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    // The kills of the groups are spread over this time, so that the groups do not all start a process at once.
    private static readonly TimeSpan Spread = TestSize.IsFull ? Grace : Grace / 4;

    // Makes a renewal long enough for a kill to hit it.
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Killed_processes_on_sqlite_lose_no_connection()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        await KillAsync(database);
    }

    [Fact]
    public async Task Killed_processes_on_postgres_lose_no_connection()
    {
        using TokenDatabase database = TokenDatabase.Postgres(postgres);
        await KillAsync(database);
    }

    // A connection survives one failure in a grace period, so each group has one kill per grace period. Many groups make many kills.
    private static async Task KillAsync(TokenDatabase database)
    {
        int groups = TestSize.Of(brief: 6, full: 10);
        int rounds = TestSize.Of(brief: 1, full: 10);
        await using Fleet fleet = await Fleet.StartAsync(
            database, groups, Connections, TimeSpan.FromSeconds(6), number => FakeRefreshTokens.OneTime(Grace, (FakeReplay)(number % 3)));
        await fleet.StartProcessesAsync(perGroup: 2);
        fleet.Visma.TokenEndpoint.Latency = Latency;
        Worker[][] killedByGroup = await Task.WhenAll(fleet.Groups.Select((group, index) => KillOneByOneAsync(fleet, group, index, Spread * index / groups, rounds)));
        fleet.Visma.TokenEndpoint.Latency = TimeSpan.Zero;
        await fleet.SettleAsync();
        await fleet.EndAsync();

        Worker[] killed = [.. killedByGroup.SelectMany(ofGroup => ofGroup)];
        IReadOnlyCollection<Presentation> presentations = fleet.Presentations;
        int whileRenewing = killed.Count(worker => HasLeftRenewal(worker, presentations));
        Fleet.Print($"{killed.Length} kills in {fleet.Elapsed.TotalSeconds:0} s, {whileRenewing} of them between a refresh token's departure and the saving of the reply; "
            + $"{presentations.Count} refresh tokens presented for {groups * Connections} connections, "
            + $"{fleet.Workers.Sum(worker => worker.Errors.Count)} errors reported.");
        await fleet.AssertNothingIsLostAsync();
        Assert.Equal(groups * rounds, killed.Length);
        Assert.True(whileRenewing >= killed.Length / 3, $"Only {whileRenewing} of {killed.Length} kills hit a renewal.");
    }

    private static async Task<Worker[]> KillOneByOneAsync(Fleet fleet, WorkerGroup group, int number, TimeSpan offset, int rounds)
    {
        List<Worker> killed = [];
        for (int round = 0; round < rounds; round++)
        {
            await Task.Delay(round == 0 ? offset : Grace, TestContext.Current.CancellationToken);
            await fleet.UntilAsync(() => group.IsUp, Grace, "the process that was started last works");
            Worker worker = await KillOneAsync(group, (number + round) % 4);
            await worker.Ended.Soon($"the end of {worker}, which was killed");
            killed.Add(worker);
            group.Start();
        }

        return [.. killed];
    }

    private static async Task<Worker> KillOneAsync(WorkerGroup group, int when)
    {
        switch (when)
        {
            case 0:
                // At any moment.
                IReadOnlyList<Worker> running = group.Running;
                Worker worker = running[Random.Shared.Next(running.Count)];
                worker.Kill();
                return worker;
            case 1:
                // When the reply arrives, is being saved, or was just saved.
                return (await group.AtNextRequestAsync(sender =>
                    Task.Delay(Random.Shared.Next(LongestSave)).ContinueWith(_ => sender.Kill(), TaskScheduler.Default))).Sender;
            default:
                // Before the server exchanges the refresh token, which it does anyway.
                return (await group.AtNextRequestAsync(sender => sender.Kill())).Sender;
        }
    }

    // The process presented a refresh token that another process had to present again.
    private static bool HasLeftRenewal(Worker worker, IReadOnlyCollection<Presentation> presentations) => presentations
        .GroupBy(presentation => presentation.RefreshToken)
        .Any(ofToken => ofToken.First().Secret == worker.Secret && ofToken.Any(again => again.Secret != worker.Secret));
}
