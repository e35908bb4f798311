namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>Many processes that renew the same connections over one database, at a server without a grace period.</summary>
[Collection(ProcessTests.Name)]
public class ManyProcessesTests(PostgresServer postgres)
{
    private const int Connections = 50;

    private static readonly int Processes = TestSize.Of(brief: 4, full: 8);

    [Fact]
    public async Task Many_processes_on_sqlite_spend_no_refresh_token_twice()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        await RenewAsync(database);
    }

    [Fact]
    public async Task Many_processes_on_postgres_spend_no_refresh_token_twice()
    {
        using TokenDatabase database = TokenDatabase.Postgres(postgres);
        await RenewAsync(database);
    }

    private static async Task RenewAsync(TokenDatabase database)
    {
        int renewals = TestSize.Of(brief: 100, full: 2_000);
        await using Fleet fleet = await Fleet.StartAsync(database, groups: 1, Connections, TimeSpan.FromSeconds(5), _ => FakeRefreshTokens.OneTime());
        WorkerGroup group = fleet.Groups[0];
        HashSet<string> consents = [.. await TokensInCacheAsync(fleet, group)];
        await fleet.StartProcessesAsync(Processes);
        HashSet<string> before = [.. TokensSeen(group)];
        int already = fleet.Presentations.Count;
        await fleet.UntilAsync(() => fleet.Presentations.Count >= already + renewals, TimeSpan.FromMinutes(20), $"{renewals} renewals");
        await fleet.SettleAsync();
        await fleet.EndAsync();

        IReadOnlyCollection<Presentation> presentations = fleet.Presentations;
        Fleet.Print($"{presentations.Count} renewals of {Connections} connections by {Processes} processes in {fleet.Elapsed.TotalSeconds:0} s; "
            + $"{group.Workers.Sum(worker => worker.Errors.Count)} errors were reported, "
            + $"{presentations.GroupBy(presentation => presentation.Secret).Min(byWorker => byWorker.Count())} to "
            + $"{presentations.GroupBy(presentation => presentation.Secret).Max(byWorker => byWorker.Count())} renewals per process.");
        Assert.Empty(fleet.Visma.NeedlessReplays);
        Assert.Equal(presentations.Count, presentations.DistinctBy(presentation => presentation.RefreshToken).Count());
        await fleet.AssertNothingIsLostAsync();

        // One access token was issued for each presented refresh token, and each process saw all of them.
        string[] issued = [.. TokensSeen(group).Except(consents)];
        Assert.Equal(presentations.Count, issued.Length);
        foreach (Worker worker in group.Workers)
        {
            Assert.Empty(issued.Except(before).Except(worker.Sightings.Select(sighting => sighting.Token)));
        }
    }

    private static IEnumerable<string> TokensSeen(WorkerGroup group) =>
        group.Workers.SelectMany(worker => worker.Sightings).Select(sighting => sighting.Token).Distinct();

    private static async Task<IEnumerable<string>> TokensInCacheAsync(Fleet fleet, WorkerGroup group)
    {
        List<string> tokens = [];
        foreach (TokenKey key in group.Keys)
        {
            tokens.Add(Fleet.NameOf((await fleet.EntryAsync(key)).Tokens.AccessToken));
        }

        return tokens;
    }
}
