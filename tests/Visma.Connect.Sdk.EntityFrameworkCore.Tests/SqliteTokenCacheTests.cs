using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Visma.Connect.Sdk.Sqlite;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests;

public sealed class SqliteTokenCacheTests : IDisposable
{
    private readonly TokenDatabase _database = TokenDatabase.Sqlite();

    private EntityFrameworkTokenCache OfEntityFramework => new(options => options.UseSqlite($"Data Source={_database.ConnectionString}"), TestKeys.Serializer);

    // Until version 0.9 the file was written through Entity Framework Core.
    [Fact]
    public async Task File_that_was_written_through_entity_framework_is_read_and_swapped()
    {
        TokenEntry first = Entries.New();
        TokenEntry second = Entries.New();
        await OfEntityFramework.SaveAsync(Entries.Key, first, null, Entries.Cancellation);
        ITokenCache cache = _database.Open();

        TokenEntry? found = await cache.GetAsync(Entries.Key, Entries.Cancellation);
        bool swapped = await cache.SaveAsync(Entries.Key, second, first.Version, Entries.Cancellation);
        List<TokenCacheItem> connections = await ConnectionsOfAsync(cache);

        Assert.Equal(first.Version, found?.Version);
        Assert.True(swapped);
        Assert.Equal(second.Version, Assert.Single(connections).Entry?.Version);
        Assert.Equal(second.Version, (await OfEntityFramework.GetAsync(Entries.Key, Entries.Cancellation))?.Version);
    }

    [Fact]
    public async Task File_is_read_through_entity_framework()
    {
        ITokenCache cache = _database.Open();
        TokenEntry first = Entries.New();
        await cache.SaveAsync(Entries.Key, first, null, Entries.Cancellation);

        Assert.Equal(first.Version, Assert.Single(await ConnectionsOfAsync(OfEntityFramework)).Entry?.Version);
        Assert.True(await OfEntityFramework.RemoveAsync(Entries.Key, first.Version, Entries.Cancellation));
        Assert.Null(await cache.GetAsync(Entries.Key, Entries.Cancellation));
    }

    [Fact]
    public async Task Table_is_that_of_the_script()
    {
        await _database.Open().PrepareAsync(Entries.Cancellation);
        using TokenDatabase scripted = TokenDatabase.Sqlite();
        await scripted.ExecuteAsync(Repository.Read("docs/schema/sqlite.sql"));

        Assert.Equal(SchemaOf(scripted), SchemaOf(_database));
    }

    // The container is disposed of when the host stops, and a renewal may still have to save its tokens.
    [Fact]
    public async Task Disposed_cache_still_saves()
    {
        SqliteTokenCache cache = (SqliteTokenCache)_database.Open();
        TokenEntry first = Entries.New();
        TokenEntry second = Entries.New();
        await cache.SaveAsync(Entries.Key, first, null, Entries.Cancellation);

        cache.Dispose();

        Assert.True(await cache.SaveAsync(Entries.Key, second, first.Version, Entries.Cancellation));
        Assert.Equal(second.Version, (await cache.GetAsync(Entries.Key, Entries.Cancellation))?.Version);
        cache.Dispose();
    }

    // While another process writes, one save waits for it, and the others wait for their turn.
    [Fact]
    public async Task Save_that_waits_for_its_turn_can_be_cancelled_and_is_not_done()
    {
        ITokenCache cache = _database.Open();
        await cache.PrepareAsync(Entries.Cancellation);
        using CancellationTokenSource cancel = CancellationTokenSource.CreateLinkedTokenSource(Entries.Cancellation);
        using SqliteConnection other = new($"Data Source={_database.ConnectionString};Pooling=False");
        await other.OpenAsync(Entries.Cancellation);
        TokenKey[] keys = [TokenKey.ForConnection("nxt", "first"), TokenKey.ForConnection("nxt", "second")];
        Task<bool>[] saves;
        using (SqliteTransaction busy = other.BeginTransaction(deferred: false))
        {
            saves = [.. keys.Select(key => Task.Run(() => cache.SaveAsync(key, Entries.New(), null, cancel.Token).AsTask()))];
            await cancel.CancelAsync();
            await Task.WhenAny(saves).Soon();
            await busy.CommitAsync(Entries.Cancellation);
        }

        await Task.WhenAll(saves).ContinueWith(_ => { }, TaskScheduler.Default).Soon();
        Assert.Contains(saves, save => save.IsCanceled);
        for (int number = 0; number < keys.Length; number++)
        {
            Assert.Equal(saves[number].IsCompletedSuccessfully, await cache.GetAsync(keys[number], Entries.Cancellation) is not null);
        }
    }

    [Fact]
    public async Task Listing_shows_what_was_stored_before_it_although_others_save_at_the_same_time()
    {
        ITokenCache cache = _database.Open();
        for (int number = 0; number < 450; number++)
        {
            await cache.SaveAsync(TokenKey.ForConnection("nxt", $"customer-{number}"), Entries.New(), null, Entries.Cancellation);
        }

        HashSet<string?> listed = [];
        await foreach (TokenCacheItem item in cache.ListAsync(new TokenFilter { ConnectionsOnly = true }, Entries.Cancellation))
        {
            listed.Add(item.Key.Connection);
            await cache.SaveAsync(TokenKey.ForConnection("nxt", $"new-{listed.Count}"), Entries.New(), null, Entries.Cancellation);
            if (listed.Count == 200)
            {
                break;
            }
        }

        await foreach (TokenCacheItem item in cache.ListAsync(new TokenFilter { ConnectionsOnly = true }, Entries.Cancellation))
        {
            listed.Add(item.Key.Connection);
        }

        Assert.All(Enumerable.Range(0, 450), number => Assert.Contains($"customer-{number}", listed));
    }

    public void Dispose() => _database.Dispose();

    private static async Task<List<TokenCacheItem>> ConnectionsOfAsync(ITokenCache cache)
    {
        List<TokenCacheItem> items = [];
        await foreach (TokenCacheItem item in cache.ListAsync(new TokenFilter { ConnectionsOnly = true }, Entries.Cancellation))
        {
            items.Add(item);
        }

        return items;
    }

    private static List<string> SchemaOf(TokenDatabase database)
    {
        using SqliteConnection connection = new($"Data Source={database.ConnectionString};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name";
        using SqliteDataReader reader = command.ExecuteReader();
        List<string> schema = [];
        while (reader.Read())
        {
            schema.Add(reader.GetString(0).ReplaceLineEndings("\n"));
        }

        return schema;
    }
}
