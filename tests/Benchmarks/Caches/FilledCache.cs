using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Visma.Connect.Sdk.Benchmarks.Peers;
using Visma.Connect.Sdk.EntityFrameworkCore;
using Visma.Connect.Sdk.EntityFrameworkCore.Tests.Infrastructure;
using Visma.Connect.Sdk.Sqlite;

namespace Visma.Connect.Sdk.Benchmarks.Caches;

/// <summary>A cache with any number of connections in it.</summary>
internal sealed class FilledCache : IDisposable
{
    private static readonly TokenEntrySerializer Serializer = new(new AesGcmTokenProtector(new TokenProtectionOptions { Keys = { ["first"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) } }));

    private readonly Action _cleanUp;

    private FilledCache(ITokenCache cache, int connections, Action cleanUp)
    {
        Cache = cache;
        Versions = new string[connections];
        _cleanUp = cleanUp;
    }

    public ITokenCache Cache { get; }

    /// <summary>The version of each connection's entry.</summary>
    public string[] Versions { get; }

    public static TokenKey KeyOf(int connection) => TokenKey.ForConnection(LibraryApp.ForUsers, $"customer-{connection}");

    public static async Task<FilledCache> CreateAsync(string cache, int connections)
    {
        FilledCache filled = cache switch
        {
            "memory" => new FilledCache(new MemoryTokenCache(), connections, () => { }),
            "SQLite" => await SqliteAsync(connections),
            _ => await PostgresAsync(connections),
        };
        if (cache == "memory")
        {
            await filled.FillAsync();
        }

        return filled;
    }

    public void Dispose() => _cleanUp();

    private static async Task<FilledCache> SqliteAsync(int connections)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("visma-benchmark-");
        string file = Path.Combine(folder.FullName, "tokens.db");
        SqliteTokenCache cache = new(file, Serializer);
        await cache.PrepareAsync();
        FilledCache filled = new(cache, connections, () =>
        {
            cache.Dispose();
            folder.Delete(recursive: true);
        });
        await filled.FillAsync(new SqliteConnection($"Data Source={file}"), "INSERT INTO visma_tokens (id, token_key, is_connection, version, record) VALUES (@id, @key, 1, @version, @record)");
        return filled;
    }

    private static async Task<FilledCache> PostgresAsync(int connections)
    {
        PostgresServer server = new();
        await server.InitializeAsync();
        string connectionString = server.WhyNot is null ? server.NewDatabase() : throw new InvalidOperationException(server.WhyNot);
        EntityFrameworkTokenCache cache = new(options => options.UseNpgsql(connectionString), Serializer);
        await cache.PrepareAsync();
        FilledCache filled = new(cache, connections, () => server.DisposeAsync().AsTask().GetAwaiter().GetResult());
        await filled.FillAsync(new NpgsqlConnection(connectionString), "INSERT INTO visma_tokens (id, token_key, is_connection, version, record) VALUES (@id, @key, true, @version, @record)");
        return filled;
    }

    private async Task FillAsync()
    {
        for (int connection = 0; connection < Versions.Length; connection++)
        {
            TokenEntry entry = LibraryApp.NewEntry();
            await Cache.SaveAsync(KeyOf(connection), entry, ifVersion: null);
            Versions[connection] = entry.Version;
        }
    }

    // The table as in docs/token-record.md. Saves through the cache would take minutes.
    private async Task FillAsync(DbConnection connection, string insert)
    {
        await using DbConnection open = connection;
        await open.OpenAsync();
        await using DbTransaction transaction = await open.BeginTransactionAsync();
        await using DbCommand command = open.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = insert;
        foreach (string name in (string[])["id", "key", "version", "record"])
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }

        for (int number = 0; number < Versions.Length; number++)
        {
            TokenKey key = KeyOf(number);
            TokenEntry entry = LibraryApp.NewEntry();
            command.Parameters["id"].Value = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key.ToStorageKey())));
            command.Parameters["key"].Value = key.ToStorageKey();
            command.Parameters["version"].Value = entry.Version;
            command.Parameters["record"].Value = Serializer.Serialize(key, entry);
            await command.ExecuteNonQueryAsync();
            Versions[number] = entry.Version;
        }

        await transaction.CommitAsync();
    }
}
