using Microsoft.Data.Sqlite;
using Npgsql;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>A database that fails while several processes renew, at a server with a grace period of 30 seconds.</summary>
[Collection(ProcessTests.Name)]
public class DatabaseTroubleTests
{
    private const int Unsaved = 12;
    private const int SavedAtLast = 13;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Postgres_that_is_stopped_hard_and_started_again_loses_no_connection()
    {
        await using PostgresServer server = new();
        await server.InitializeAsync();
        using TokenDatabase database = TokenDatabase.Postgres(server);
        await using Fleet fleet = await StartAsync(database);
        await fleet.StartProcessesAsync(perGroup: 2);
        await BreakAsync(fleet, rounds: TestSize.Of(brief: 1, full: 4), server.StopAtOnceAsync, server.StartAsync);
    }

    [Fact]
    public async Task Postgres_that_cuts_its_connections_again_and_again_loses_no_connection()
    {
        await using PostgresServer server = new();
        await server.InitializeAsync();
        using TokenDatabase database = TokenDatabase.Postgres(server);
        await using Fleet fleet = await StartAsync(database);
        await fleet.StartProcessesAsync(perGroup: 2);
        int cuts = TestSize.Of(brief: 20, full: 200);
        for (int cut = 0; cut < cuts; cut++)
        {
            await server.CutConnectionsAsync(database.ConnectionString);
            await Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
        }

        await EndAsync(fleet, $"{cuts} times all connections were cut");
    }

    [Fact]
    public async Task Sqlite_on_a_full_disk_loses_no_connection()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        using SmallDisk disk = SmallDisk.MountAt(Path.GetDirectoryName(database.ConnectionString)!, megabytes: 64);
        await using Fleet fleet = await StartAsync(database);
        await fleet.StartProcessesAsync(perGroup: 2);

        // A reader keeps SQLite from reusing the start of the write-ahead log, where there would be space on a full disk.
        await using SqliteConnection reader = new($"Data Source={database.ConnectionString};Pooling=False");
        await reader.OpenAsync(TestContext.Current.CancellationToken);
        await using SqliteTransaction reading = reader.BeginTransaction(deferred: true);
        await using SqliteCommand look = new("SELECT count(*) FROM visma_tokens", reader, reading);
        await look.ExecuteScalarAsync(TestContext.Current.CancellationToken);

        await BreakAsync(fleet, rounds: TestSize.Of(brief: 1, full: 4), () => DoAsync(disk.Fill), () => DoAsync(disk.Free));
    }

    private static Task<Fleet> StartAsync(TokenDatabase database) => Fleet.StartAsync(
        database, groups: 3, connections: 4, TimeSpan.FromSeconds(6), number => FakeRefreshTokens.OneTime(Grace, (FakeReplay)(number % 3)));

    // The database fails while a reply is on its way, and works again when the tokens of that reply are in use.
    private static async Task BreakAsync(Fleet fleet, int rounds, Func<Task> breakAsync, Func<Task> mendAsync)
    {
        int served = 0;
        for (int round = 0; round < rounds; round++)
        {
            using FakePause reply = fleet.Visma.TokenEndpoint.PauseNextReply();
            await reply.Reached.Soon("a refresh token that arrives");
            await breakAsync();
            try
            {
                reply.Release();
                await fleet.UntilAsync(() => fleet.Workers.Sum(ServedUnsaved) > served, LongestWait, "tokens that cannot be saved are served");
                await Task.Delay(Grace / 10, TestContext.Current.CancellationToken);
            }
            finally
            {
                await mendAsync();
            }

            await fleet.UntilAsync(() => Count(fleet, SavedAtLast) == Count(fleet, Unsaved), LongestWait, "they are saved");
            served = fleet.Workers.Sum(ServedUnsaved);
            int renewals = fleet.Presentations.Count;
            await fleet.UntilAsync(() => fleet.Presentations.Count > renewals + 12, LongestWait, "renewals go on");
        }

        await EndAsync(fleet, $"{rounds} times the database was down; {served} tokens that could not be saved were served, and saved afterwards");
    }

    private static async Task EndAsync(Fleet fleet, string what)
    {
        await fleet.SettleAsync();
        await fleet.EndAsync();

        // The pool of this process has connections that were opened before the database failed.
        NpgsqlConnection.ClearAllPools();
        Fleet.Print($"{what}; {fleet.Presentations.Count} refresh tokens presented in {fleet.Elapsed.TotalSeconds:0} s.");
        await fleet.AssertNothingIsLostAsync();
    }

    private static int Count(Fleet fleet, int eventId) =>
        fleet.Workers.Sum(worker => worker.Lines.Count(line => line.Text.StartsWith($"log {eventId} ", StringComparison.Ordinal)));

    // Counts tokens that a worker used after it logged that it could not save them.
    private static int ServedUnsaved(Worker worker)
    {
        string[] lines = [.. worker.Lines.Select(line => line.Text)];
        return lines.Index().Count(line => line.Item.StartsWith($"log {Unsaved} ", StringComparison.Ordinal)
            && lines.Skip(line.Index).Any(later => later.Split(' ') is ["token", var connection, ..] && line.Item.Contains($"'{connection}'", StringComparison.Ordinal)));
    }

    private static Task DoAsync(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}
