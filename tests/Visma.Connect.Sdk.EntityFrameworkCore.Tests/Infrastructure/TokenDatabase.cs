using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Visma.Connect.Sdk.Sqlite;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Infrastructure;

/// <summary>A new database for one test. Several caches can be opened over it, one for each process.</summary>
public sealed class TokenDatabase : IDisposable
{
    private readonly DbContextOptions _options;
    private readonly string? _folder;
    private readonly Func<TokenEntrySerializer, ITokenCache> _open;

    private TokenDatabase(string connectionString, string? folder, Func<TokenEntrySerializer, ITokenCache> open, DbContextOptions options)
    {
        _options = options;
        ConnectionString = connectionString;
        _folder = folder;
        _open = open;
    }

    /// <summary>The path of the file, or PostgreSQL's connection string.</summary>
    public string ConnectionString { get; }

    public bool IsSqlite => _folder is not null;

    public static TokenDatabase Sqlite()
    {
        string folder = Directory.CreateTempSubdirectory("visma-tests-sqlite-").FullName;
        string path = Path.Combine(folder, "tokens.db");
        return new TokenDatabase(path, folder, serializer => new SqliteTokenCache(path, serializer), new DbContextOptionsBuilder().UseSqlite($"Data Source={path}").Options);
    }

    /// <summary>Skips the test if PostgreSQL is not installed.</summary>
    public static TokenDatabase Postgres(PostgresServer server)
    {
        server.Require();
        string connectionString = server.NewDatabase();
        return new TokenDatabase(
            connectionString,
            folder: null,
            serializer => new EntityFrameworkTokenCache(options => options.UseNpgsql(connectionString), serializer),
            new DbContextOptionsBuilder().UseNpgsql(connectionString).Options);
    }

    /// <summary>Opens another cache over the database, as another process would.</summary>
    public ITokenCache Open(TokenEntrySerializer? serializer = null) => _open(serializer ?? TestKeys.Serializer);

    /// <summary>Runs SQL, as an administrator would.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using DbContext context = new(_options);
        await context.Database.ExecuteSqlRawAsync(sql);
    }

    /// <summary>The query plan of a query.</summary>
    public async Task<string> PlanAsync(string query)
    {
        await using DbContext context = new(_options);
        await context.Database.OpenConnectionAsync();
        await using DbCommand command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = _folder is null ? $"SET enable_seqscan = off; SET enable_bitmapscan = off; EXPLAIN {query}" : $"EXPLAIN QUERY PLAN {query}";
        await using DbDataReader reader = await command.ExecuteReaderAsync();
        List<string> lines = [];
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(reader.FieldCount - 1));
        }

        return string.Join('\n', lines);
    }

    public void Dispose()
    {
        if (_folder is not null)
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(_folder, recursive: true);
        }
        else
        {
            NpgsqlConnection.ClearAllPools();
        }
    }
}
