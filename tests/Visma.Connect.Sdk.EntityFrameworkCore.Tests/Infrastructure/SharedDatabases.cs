namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Infrastructure;

/// <summary>One database of each engine, for all tests of a class.</summary>
public sealed class SharedDatabases : IDisposable
{
    private TokenDatabase? _postgres;

    public TokenDatabase Sqlite { get; } = TokenDatabase.Sqlite();

    /// <summary>Skips the test if PostgreSQL is not installed.</summary>
    public TokenDatabase Postgres(PostgresServer server) => _postgres ??= TokenDatabase.Postgres(server);

    public void Dispose()
    {
        Sqlite.Dispose();
        _postgres?.Dispose();
    }
}
