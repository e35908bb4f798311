using Microsoft.Data.Sqlite;

namespace Visma.Connect.Sdk.Sqlite;

/// <summary>A prepared statement. SQLite compiles it at its first use, and keeps it for as long as its database connection is open.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class SqliteStatement : IDisposable
{
    private readonly SqliteCommand _command;

    /// <param name="connection">The database connection.</param>
    /// <param name="sql">The SQL. Its parameters are <c>@0</c>, <c>@1</c> and so on.</param>
    /// <param name="parameters">The number of parameters.</param>
    public SqliteStatement(SqliteConnection connection, string sql, int parameters)
    {
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        for (int number = 0; number < parameters; number++)
        {
            _command.Parameters.Add(new SqliteParameter { ParameterName = $"@{number}" });
        }
    }

    /// <summary>Sets a parameter for the next execution.</summary>
    public SqliteStatement Set(int parameter, object value)
    {
        _command.Parameters[parameter].Value = value;
        return this;
    }

    /// <summary>Returns the number of rows that were changed.</summary>
    public int Execute() => _command.ExecuteNonQuery();

    /// <summary>Returns the rows.</summary>
    public SqliteDataReader Read() => _command.ExecuteReader();

    public void Dispose() => _command.Dispose();
}
