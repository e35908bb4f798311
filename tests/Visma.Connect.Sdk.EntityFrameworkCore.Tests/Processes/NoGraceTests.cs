namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>A process that is killed, at a server without a grace period, where a refresh token that is presented again ends the whole grant.</summary>
[Collection(ProcessTests.Name)]
public class NoGraceTests(PostgresServer postgres)
{
    private const int Connections = 20;

    // Fewer than the renewals that run at once over SQLite (8), so that the other connections need not wait until these requests are slow.
    private const int InFlight = 6;

    // Longer than the lease of 35 seconds, for which the other process watches.
    private static readonly TimeSpan LongestWatch = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan FirstLifetime = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Exactly_the_connections_whose_reply_was_on_its_way_are_lost_on_sqlite()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        await KillAsync(database);
    }

    [Fact]
    public async Task Exactly_the_connections_whose_reply_was_on_its_way_are_lost_on_postgres()
    {
        using TokenDatabase database = TokenDatabase.Postgres(postgres);
        await KillAsync(database);
    }

    private static async Task KillAsync(TokenDatabase database)
    {
        await using Fleet fleet = await Fleet.StartAsync(database, groups: 1, Connections, FirstLifetime, _ => FakeRefreshTokens.OneTime());
        WorkerGroup group = fleet.Groups[0];
        Dictionary<string, string> connectionOf = [];
        foreach (TokenKey key in group.Keys)
        {
            connectionOf[(await fleet.EntryAsync(key)).Tokens.RefreshToken!] = key.Connection!;
        }

        // The first tokens have expired before a process starts, so every token that it gets is a renewed one.
        await Task.Delay(FirstLifetime, TestContext.Current.CancellationToken);

        // Long enough, so that the other connections are renewed only after the lost ones were taken over.
        group.Client.TokenLifetime = TimeSpan.FromSeconds(40);
        FakePause[] replies = [.. Enumerable.Range(0, InFlight).Select(_ => fleet.Visma.TokenEndpoint.PauseNextReply())];
        Worker killed = group.Start();
        await fleet.UntilAsync(() => killed.Sightings.Count == Connections - InFlight, LongestWatch, "all other connections have their token");
        await Task.WhenAll(replies.Select(reply => reply.Reached)).Soon("the refresh tokens of all connections in flight");
        Worker other = group.Start();
        killed.Kill();
        await Task.WhenAll(replies.Select(reply => reply.Abandoned)).Soon("the end of the connections of the killed process");
        Array.ForEach(replies, reply => reply.Release());

        string[] presented = [.. fleet.Presentations.Where(presentation => presentation.Secret == killed.Secret).Select(presentation => connectionOf[presentation.RefreshToken])];
        string[] lost = [.. presented.Except(killed.Sightings.Select(sighting => sighting.Connection)).Order()];
        string[] kept = [.. group.Connections.Except(lost)];
        Assert.Equal(InFlight, lost.Length);
        await fleet.UntilAsync(() => lost.All(connection => other.Errors.Any(error => error.IsEnd && error.Connection == connection)), LongestWatch, "the end of those in flight");
        await fleet.UntilAsync(() => kept.All(connection => other.Sightings.Count(sighting => sighting.Connection == connection) >= 2), LongestWatch, "a renewal of the others");
        await fleet.EndAsync();

        Fleet.Print($"{lost.Length} of {Connections} connections had their reply on its way at the kill and were lost, after {fleet.Elapsed.TotalSeconds:0} s.");
        Assert.Equal(lost, other.Errors.Where(error => error.IsEnd).Select(error => error.Connection).Distinct().Order());
        Assert.Empty(fleet.Visma.NeedlessReplays);
        foreach (TokenKey key in group.Keys)
        {
            TokenEntry entry = await fleet.EntryAsync(key);
            Assert.Equal(lost.Contains(key.Connection) ? ConnectionState.ReauthorizationRequired : ConnectionState.Active, entry.State);
            if (lost.Contains(key.Connection))
            {
                Assert.Matches(@"^The identity server refused the refresh token \(invalid_grant\): an earlier attempt had an unknown outcome, .* Attempt 1 \(.*\): the process that made it did not finish it\.$", entry.StateReason);
            }
        }
    }
}
