using Visma.Connect.Sdk.Testing.TokenCache;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests;

/// <summary>The promises of a token cache, over the databases. All checks of an engine share one database, as applications do.</summary>
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
        List<EntityFrameworkTokenCache> opened = [];
        await check.RunAsync(
            _ =>
            {
                opened.Add(database.Open());
                return new(opened[^1]);
            },
            Cancellation);

        // A call that is cancelled leaves behind what it has begun for others too: the database must not go before that is done.
        await Task.WhenAll(opened.Select(cache => cache.PrepareAsync(Cancellation)));
    }
}
