using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Visma.Connect.Sdk.EntityFrameworkCore;
using Visma.Connect.Sdk.Sqlite;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

/// <summary>The code of the README and of docs/token-caches.md that needs the further packages, so that it compiles.</summary>
internal static class DatabaseExamples
{
    public static void Register(IServiceCollection services, string connectionString)
    {
        services.AddVismaConnect().AddSqliteTokenCache("data/visma-tokens.db");

        services.AddVismaConnect().AddEntityFrameworkTokenCache(options => options.UseNpgsql(connectionString));

        services.AddVismaConnect().AddSqliteTokenCache("data/visma-tokens.db").ProtectTokensWithDataProtection();
    }

    public static async Task SendOnceAsync(SharedClaims claims, string invoiceId, Func<string, Task> sendAsync)
    {
        SharedClaim claim = await claims.TryBeginAsync("invoices", invoiceId, lease: TimeSpan.FromMinutes(5), lifetime: TimeSpan.FromDays(1));
        if (claim.State == SharedClaimState.Begun)
        {
            await sendAsync(invoiceId);
            await claims.EndAsync(claim);
        }
    }

    public static async Task MoveAsync(TokenProtectionOptions keys, TokenProtectionOptions otherKeys, string connectionString)
    {
        SqliteTokenCache sqlite = new("/srv/acme/data/visma-tokens.db", new TokenEntrySerializer(new AesGcmTokenProtector(keys)));
        EntityFrameworkTokenCache postgres = new(options => options.UseNpgsql(connectionString), new TokenEntrySerializer(new AesGcmTokenProtector(otherKeys)));
        TokenCopyReport report = await sqlite.CopyToAsync(postgres, progress: new Progress<TokenCopyReport>(so => Console.WriteLine($"{so.Written} copied")));

        Console.WriteLine(report);
    }
}
