using Visma.Connect.Sdk.Testing.TokenCache;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests;

/// <summary>The contract of a token cache, for each database. All checks of an engine share one database, as applications do.</summary>
public sealed class TokenCacheContractTests(PostgresServer postgres, SharedDatabases databases) : IClassFixture<SharedDatabases>
{
    public static TheoryData<TokenCacheCheck> Checks => [.. TokenCacheContract.Checks];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Checks))]
    public Task Sqlite_keeps_its_promise(TokenCacheCheck check) => RunAsync(check, databases.Sqlite);

    [Theory]
    [MemberData(nameof(Checks))]
    public Task Postgres_keeps_its_promise(TokenCacheCheck check) => RunAsync(check, databases.Postgres(postgres));

    private static async Task RunAsync(TokenCacheCheck check, TokenDatabase database)
    {
        List<ITokenCache> opened = [];
        await check.RunAsync(
            _ =>
            {
                opened.Add(database.Open());
                return new(opened[^1]);
            },
            Cancellation);

        // A cancelled call may have begun work that other calls share. The database must not be deleted before that work is done.
        await Task.WhenAll(opened.Select(cache => cache.PrepareAsync(Cancellation)));
    }
}
