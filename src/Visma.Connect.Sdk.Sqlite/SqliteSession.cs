using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Visma.Connect.Sdk.Sqlite;

/// <summary>An open database connection with its prepared statements.</summary>
/// <remarks>Not thread-safe: one operation uses it at a time.</remarks>
internal sealed class SqliteSession : IDisposable
{
    // Longer than a renewal waits for the token cache, so that the library ends the wait, and not SQLite.
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(3);

    private readonly SqliteConnection _connection;
    private SqliteStatement? _find;
    private SqliteStatement? _version;
    private SqliteStatement? _insert;
    private SqliteStatement? _swap;
    private SqliteStatement? _remove;
    private SqliteStatement? _page;
    private SqliteStatement? _pageOfConnections;

    private SqliteSession(SqliteConnection connection) => _connection = connection;

    public static SqliteSession Open(string file)
    {
        // Without the pool of the provider, which would dispose of the statements.
        SqliteConnectionStringBuilder settings = new()
        {
            DataSource = file,
            DefaultTimeout = (int)BusyTimeout.TotalSeconds,
            Pooling = false,
        };
        SqliteConnection connection = new(settings.ConnectionString);
        try
        {
            connection.Open();

            // SQLite itself tries again every few milliseconds while another process writes. The provider tries again every 150 ms only, and a process
            // could miss its turn for longer than a renewal waits.
            raw.sqlite3_busy_timeout(connection.Handle, (int)BusyTimeout.TotalMilliseconds);
            SqliteSession session = new(connection);

            // A save that was reported is on the disk, also with a build of SQLite whose default is another one.
            session.Execute("PRAGMA synchronous = FULL");
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs SQL that is not prepared.</summary>
    public void Execute(string sql)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public bool HasTable()
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '{TokenRow.Table}'";
        return command.ExecuteScalar() is > 0L;
    }

    /// <summary>The version and the record of a row. Null if the row is missing.</summary>
    public (string Version, byte[] Record)? Find(string id)
    {
        _find ??= Prepare("SELECT version, record FROM visma_tokens WHERE id = @0", 1);
        using SqliteDataReader row = _find.Set(0, id).Read();
        return row.Read() ? (row.GetString(0), row.GetFieldValue<byte[]>(1)) : null;
    }

    /// <summary>Stores a row if there is none with its id.</summary>
    /// <returns>Whether it is stored.</returns>
    public bool Insert(TokenRow row)
    {
        _insert ??= Prepare(
            "INSERT INTO visma_tokens (id, token_key, is_connection, version, record) VALUES (@0, @1, @2, @3, @4) ON CONFLICT (id) DO NOTHING", 5);
        int changed = _insert.Set(0, row.Id).Set(1, row.Key).Set(2, row.IsConnection).Set(3, row.Version).Set(4, row.Record).Execute();
        return changed == 1 || VersionOf(row.Id) == row.Version;
    }

    /// <summary>Replaces a row if its version is the given one.</summary>
    /// <returns>Whether it is replaced.</returns>
    public bool Swap(TokenRow row, string ifVersion)
    {
        _swap ??= Prepare("UPDATE visma_tokens SET version = @0, record = @1 WHERE id = @2 AND version = @3", 4);
        int changed = _swap.Set(0, row.Version).Set(1, row.Record).Set(2, row.Id).Set(3, ifVersion).Execute();
        return changed == 1 || VersionOf(row.Id) == row.Version;
    }

    /// <summary>Removes a row if its version is the given one.</summary>
    /// <returns>Whether it is removed.</returns>
    public bool Remove(string id, string ifVersion)
    {
        _remove ??= Prepare("DELETE FROM visma_tokens WHERE id = @0 AND version = @1", 2);
        return _remove.Set(0, id).Set(1, ifVersion).Execute() == 1;
    }

    /// <summary>The next rows in the order of their ids.</summary>
    public List<TokenRow> Page(bool connectionsOnly, string after, int size)
    {
        const string Columns = "SELECT id, token_key, is_connection, version, record FROM visma_tokens";
        SqliteStatement page = connectionsOnly
            ? _pageOfConnections ??= Prepare($"{Columns} WHERE is_connection = 1 AND id > @0 ORDER BY id LIMIT @1", 2)
            : _page ??= Prepare($"{Columns} WHERE id > @0 ORDER BY id LIMIT @1", 2);
        List<TokenRow> rows = [];
        using SqliteDataReader row = page.Set(0, after).Set(1, size).Read();
        while (row.Read())
        {
            rows.Add(new TokenRow
            {
                Id = row.GetString(0),
                Key = row.GetString(1),
                IsConnection = row.GetBoolean(2),
                Version = row.GetString(3),
                Record = row.GetFieldValue<byte[]>(4),
            });
        }

        return rows;
    }

    public void Dispose()
    {
        foreach (SqliteStatement? statement in (SqliteStatement?[])[_find, _version, _insert, _swap, _remove, _page, _pageOfConnections])
        {
            statement?.Dispose();
        }

        _connection.Dispose();
    }

    private string? VersionOf(string id)
    {
        _version ??= Prepare("SELECT version FROM visma_tokens WHERE id = @0", 1);
        using SqliteDataReader row = _version.Set(0, id).Read();
        return row.Read() ? row.GetString(0) : null;
    }

    private SqliteStatement Prepare(string sql, int parameters) => new(_connection, sql, parameters);
}
