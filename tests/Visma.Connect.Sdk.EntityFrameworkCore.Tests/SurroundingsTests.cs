using System.Data.Common;
using System.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests;

// An application may change the surroundings of the cache, or the options of the database provider.
public class SurroundingsTests(PostgresServer postgres)
{
    // PostgreSQL's driver joins an ambient transaction, unless that is switched off.
    [Fact]
    public async Task Transaction_that_is_rolled_back_takes_no_tokens_along()
    {
        using TokenDatabase database = TokenDatabase.Postgres(postgres);
        ITokenCache cache = database.Open();
        TokenEntry first = Entries.New();
        TokenEntry second = Entries.New();
        using (TransactionScope scope = new(TransactionScopeAsyncFlowOption.Enabled))
        {
            Assert.True(await cache.SaveAsync(Entries.Key, first, null, Entries.Cancellation));
            Assert.True(await cache.SaveAsync(Entries.Key, second, first.Version, Entries.Cancellation));
        }

        Assert.Equal(second.Version, (await cache.GetAsync(Entries.Key, Entries.Cancellation))?.Version);
    }

    // The provider repeats commands, and a reply is lost after the database has done its work.
    [Fact]
    public async Task Save_whose_reply_was_lost_is_reported_as_done()
    {
        using TokenDatabase database = TokenDatabase.Postgres(postgres);
        LostReply lost = new();
        EntityFrameworkTokenCache cache = Repeating(database, lost);
        TokenEntry first = Entries.New();
        TokenEntry second = Entries.New();
        await cache.PrepareAsync(Entries.Cancellation);

        lost.Next = true;
        Assert.True(await cache.SaveAsync(Entries.Key, first, null, Entries.Cancellation));
        lost.Next = true;
        Assert.True(await cache.SaveAsync(Entries.Key, second, first.Version, Entries.Cancellation));

        Assert.False(lost.Next);
        Assert.Equal(second.Version, (await cache.GetAsync(Entries.Key, Entries.Cancellation))?.Version);
    }

    // If the outcome counted as "removed", the token would be revoked twice at worst. As "not removed", it might never be revoked.
    [Fact]
    public async Task Removal_whose_reply_was_lost_is_an_error_and_no_answer()
    {
        using TokenDatabase database = TokenDatabase.Postgres(postgres);
        LostReply lost = new();
        EntityFrameworkTokenCache cache = Repeating(database, lost);
        TokenEntry entry = Entries.New();
        await cache.SaveAsync(Entries.Key, entry, null, Entries.Cancellation);

        lost.Next = true;
        await Assert.ThrowsAsync<InvalidOperationException>(() => cache.RemoveAsync(Entries.Key, entry.Version, Entries.Cancellation).AsTask());

        Assert.Null(await cache.GetAsync(Entries.Key, Entries.Cancellation));
    }

    [Fact]
    public async Task Failure_of_the_database_comes_through_and_nothing_is_reported_as_saved()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        ITokenCache cache = database.Open();
        await cache.PrepareAsync(Entries.Cancellation);
        await database.ExecuteAsync("CREATE TRIGGER broken BEFORE INSERT ON visma_tokens BEGIN SELECT RAISE(ABORT, 'broken'); END");

        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => cache.SaveAsync(Entries.Key, Entries.New(), null, Entries.Cancellation).AsTask());

        Assert.Contains("broken", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", failure.ToString(), StringComparison.Ordinal);
    }

    // For example, a kind of key that only a newer version of the library has.
    [Fact]
    public async Task Row_of_something_else_holds_up_no_listing()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        ITokenCache cache = database.Open();
        await cache.SaveAsync(Entries.Key, Entries.New(), null, Entries.Cancellation);
        await database.ExecuteAsync("INSERT INTO visma_tokens SELECT '0', 'later/kind/of/key', is_connection, version, record FROM visma_tokens");
        await database.ExecuteAsync("INSERT INTO visma_tokens SELECT '1', 'connection/nxt/damaged', is_connection, version, x'0101' FROM visma_tokens WHERE id > '1'");
        await database.ExecuteAsync("INSERT INTO visma_tokens SELECT '2', token_key, is_connection, version, record FROM visma_tokens WHERE id > '2'");

        List<TokenCacheItem> items = [];
        List<TokenCacheItem> connections = [];
        await foreach (TokenCacheItem item in cache.ListAsync(cancellationToken: Entries.Cancellation))
        {
            items.Add(item);
        }

        await foreach (TokenCacheItem item in cache.ListAsync(new TokenFilter { ConnectionsOnly = true }, Entries.Cancellation))
        {
            connections.Add(item);
        }

        // A listing of everything has it too, as an entry that cannot be read.
        TokenCacheItem unknown = Assert.Single(items, item => item.Key.Connection is null);
        Assert.Contains("'later%2Fkind%2Fof%2Fkey' of the row '0'", unknown.Fault?.Message, StringComparison.Ordinal);
        Assert.Equal(4, items.Count);
        Assert.Equal(
            [("customer-42", false), ("customer-42", true), ("damaged", false)],
            connections.Select(item => (item.Key.Connection, item.Entry is not null)).Order());
    }

    // Also if the application logs parameters, and the entries are not encrypted.
    [Fact]
    public async Task Logs_of_the_provider_show_no_token()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("visma-tests-sqlite-").FullName, "tokens.db");
        List<string> log = [];
        EntityFrameworkTokenCache cache = new(
            options => options.UseSqlite($"Data Source={file};Pooling=false").EnableSensitiveDataLogging().LogTo(log.Add),
            TokenEntrySerializer.Unprotected);
        TokenEntry entry = Entries.New();

        await cache.SaveAsync(Entries.Key, entry, null, Entries.Cancellation);
        await cache.SaveAsync(Entries.Key, Entries.New(), entry.Version, Entries.Cancellation);
        await cache.GetAsync(Entries.Key, Entries.Cancellation);

        Assert.Contains(log, line => line.Contains("UPDATE", StringComparison.Ordinal));
        string token = Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes("t0ken"));
        Assert.DoesNotContain(log, line => line.Contains("t0ken", StringComparison.Ordinal) || line.Contains(token, StringComparison.OrdinalIgnoreCase));
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private static EntityFrameworkTokenCache Repeating(TokenDatabase database, LostReply lost) => new(
        options => options.UseNpgsql(database.ConnectionString, npgsql => npgsql.EnableRetryOnFailure(3, TimeSpan.Zero, null)).AddInterceptors(lost),
        TestKeys.Serializer);

    private sealed class LostReply : DbCommandInterceptor
    {
        public bool Next { get; set; }

        public override ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Take(result));

        public override ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Take(result));

        private T Take<T>(T result)
        {
            bool isLost = Next;
            Next = false;
            return isLost ? throw new NpgsqlException("The connection was lost.", new IOException()) : result;
        }
    }
}
