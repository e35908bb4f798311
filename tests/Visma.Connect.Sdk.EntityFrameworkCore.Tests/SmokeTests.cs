namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests;

public class SmokeTests(PostgresServer postgres)
{
    [Fact]
    public async Task What_is_saved_is_read_by_another_process()
    {
        foreach (TokenDatabase database in new[] { TokenDatabase.Sqlite(), TokenDatabase.Postgres(postgres) })
        {
            TokenKey key = TokenKey.ForConnection("nxt", "customer-42");
            TokenEntry entry = new()
            {
                Tokens = new TokenSet { AccessToken = new AccessToken("t0ken", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch) },
                TokenEndpoint = new Uri("https://connect.visma.com/connect/token"),
                ClientId = "isv_acme_service",
            };
            Assert.True(await database.Open().SaveAsync(key, entry, null, TestContext.Current.CancellationToken));
            Assert.False(await database.Open().SaveAsync(key, entry with { Version = "x" }, null, TestContext.Current.CancellationToken));
            Assert.Equal(entry.Version, (await database.Open().GetAsync(key, TestContext.Current.CancellationToken))!.Version);
            database.Dispose();
        }
    }
}
