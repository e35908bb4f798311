using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests;

/// <summary>Claims that the processes of a fleet share through a database.</summary>
public class SharedClaimTests(PostgresServer postgres)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_processes_exactly_one_begins_each_piece_of_work(bool isPostgres)
    {
        using TokenDatabase database = isPostgres ? TokenDatabase.Postgres(postgres) : TokenDatabase.Sqlite();
        await using WebApp app = await WebApp.StartAsync();
        using IHost first = await StartAsync(app, database);
        using IHost second = await StartAsync(app, database);
        SharedClaims[] processes = [.. new[] { first, second }.Select(host => host.Services.GetRequiredService<SharedClaims>())];

        for (int number = 0; number < 25; number++)
        {
            string id = $"event {number}";
            SharedClaim[] answers = await Task.WhenAll(processes.Select(process => Task.Run(() => BeginAsync(process, id), Entries.Cancellation)));

            SharedClaim begun = Assert.Single(answers, answer => answer.State == SharedClaimState.Begun);
            Assert.Single(answers, answer => answer.State == SharedClaimState.Busy);
            Assert.True(await processes[Array.IndexOf(answers, begun)].EndAsync(begun));
            Assert.All(await Task.WhenAll(processes.Select(process => BeginAsync(process, id))), answer => Assert.Equal(SharedClaimState.Done, answer.State));
        }
    }

    private static Task<SharedClaim> BeginAsync(SharedClaims claims, string id) =>
        claims.TryBeginAsync("webhooks", id, Lease, TimeSpan.FromDays(1), Entries.Cancellation);

    private static async Task<IHost> StartAsync(WebApp app, TokenDatabase database)
    {
        IHost host = app.Build(
            visma => _ = database.IsSqlite
                ? visma.AddSqliteTokenCache(database.ConnectionString)
                : visma.AddEntityFrameworkTokenCache(options => options.UseNpgsql(database.ConnectionString)),
            options => options.TokenProtection.Keys["first"] = TestKeys.First);
        await host.StartAsync(Entries.Cancellation);
        return host;
    }
}
