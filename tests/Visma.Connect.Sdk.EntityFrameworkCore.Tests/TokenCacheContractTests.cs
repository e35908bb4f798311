namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests;

/// <summary>The promises of a token cache, over the databases. All checks of an engine share one database, as applications do.</summary>
public sealed class TokenCacheContractTests(PostgresServer postgres, SharedDatabases databases) : IClassFixture<SharedDatabases>
{
    public static TheoryData<TokenCacheCheck> Checks => [.. TokenCacheContract.Checks];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Checks))]
    public Task Sqlite_keeps_its_promise(TokenCacheCheck check) => check.RunAsync(_ => new(databases.Sqlite.Open()), Cancellation);

    [Theory]
    [MemberData(nameof(Checks))]
    public Task Postgres_keeps_its_promise(TokenCacheCheck check)
    {
        TokenDatabase database = databases.Postgres(postgres);
        return check.RunAsync(_ => new(database.Open()), Cancellation);
    }
}
