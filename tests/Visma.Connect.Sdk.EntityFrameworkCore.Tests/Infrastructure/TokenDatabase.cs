using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Infrastructure;

/// <summary>A database with tokens, new for each test, that any number of caches can be opened over, as processes do.</summary>
public sealed class TokenDatabase : IDisposable
{
    private readonly string? _folder;
    private readonly Func<TokenEntrySerializer, EntityFrameworkTokenCache> _open;

    private TokenDatabase(string connectionString, string? folder, Func<TokenEntrySerializer, EntityFrameworkTokenCache> open)
    {
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
        return new TokenDatabase(path, folder, serializer => EntityFrameworkTokenCache.ForSqlite(path, serializer));
    }

    /// <summary>Skips the test where there is no PostgreSQL.</summary>
    public static TokenDatabase Postgres(PostgresServer server)
    {
        server.Require();
        string connectionString = server.NewDatabase();
        return new TokenDatabase(connectionString, folder: null, serializer => new EntityFrameworkTokenCache(options => options.UseNpgsql(connectionString), serializer));
    }

    /// <summary>Opens a cache over it, as another process would.</summary>
    public EntityFrameworkTokenCache Open(TokenEntrySerializer? serializer = null) => _open(serializer ?? TestKeys.Serializer);

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
