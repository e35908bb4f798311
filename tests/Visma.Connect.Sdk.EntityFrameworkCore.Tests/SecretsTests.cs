using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests;

// Searches all files of a database for every token.
public class SecretsTests(PostgresServer postgres)
{
    [Theory]
    [InlineData("sqlite", true)]
    [InlineData("postgresql", true)]
    [InlineData("sqlite", false)]
    [InlineData("postgresql", false)]
    public async Task No_token_is_in_any_file_of_the_database_unless_nothing_encrypts_them(string name, bool isProtected)
    {
        using TokenDatabase database = name == "sqlite" ? TokenDatabase.Sqlite() : TokenDatabase.Postgres(postgres);
        await using WebApp app = await WebApp.StartAsync();
        using IHost host = app.Build(
            visma => _ = name == "sqlite"
                ? visma.AddSqliteTokenCache(database.ConnectionString)
                : visma.AddEntityFrameworkTokenCache(options => options.UseNpgsql(database.ConnectionString)),
            options =>
            {
                options.AllowUnprotectedTokens = !isProtected;
                if (isProtected)
                {
                    options.TokenProtection.Keys["first"] = TestKeys.First;
                }
            });
        await host.StartAsync(Entries.Cancellation);
        ITokenCache cache = host.Services.GetRequiredService<ITokenCache>();
        List<string> secrets = [];
        for (int customer = 0; customer < 5; customer++)
        {
            await app.ConnectAsync(host, $"customer-{customer}");
            TokenKey key = TokenKey.ForConnection("nxt", $"customer-{customer}");
            for (int renewal = 0; renewal < 3; renewal++)
            {
                TokenSet tokens = (await cache.GetAsync(key, Entries.Cancellation))!.Tokens;
                secrets.AddRange([tokens.AccessToken.Value.Split('.')[2], tokens.RefreshToken!]);
                TokenEntry entry = (await cache.GetAsync(key, Entries.Cancellation))!;
                TokenEntry expired = entry with
                {
                    Version = $"{customer}-{renewal}",
                    Tokens = entry.Tokens with { AccessToken = new AccessToken(entry.Tokens.AccessToken.Value, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch) },
                };
                await cache.SaveAsync(key, expired, entry.Version, Entries.Cancellation);
                await host.Services.GetRequiredService<ITokenSource>().GetTokenAsync(key, tokens.AccessToken, Entries.Cancellation);
            }
        }

        if (name == "postgresql")
        {
            await database.ExecuteAsync("CHECKPOINT");
        }

        string[] found = [.. FoundIn(name == "sqlite" ? Path.GetDirectoryName(database.ConnectionString)! : postgres.Folder, secrets)];

        // The unprotected case proves that the search finds tokens.
        Assert.Equal(!isProtected, found.Length > 0);
        Assert.True(secrets.Distinct().Count() >= 10, "There were fewer tokens than there should be.");
    }

    private static IEnumerable<string> FoundIn(string folder, List<string> secrets)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            using FileStream open = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] bytes = new byte[open.Length];
            open.ReadExactly(bytes);
            if (secrets.Exists(secret => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0))
            {
                yield return file;
            }
        }
    }
}
