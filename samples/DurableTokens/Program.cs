using DurableTokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Visma.Connect.Sdk;
using Visma.Connect.Sdk.EntityFrameworkCore;
using Visma.Connect.Sdk.TokenCache;

// Connections that survive a restart: stored in SQLite, encrypted, with a key that is changed, and then moved to another database.
//
//   dotnet run --project samples/DurableTokens                                     against FakeVisma, from one SQLite file to another
//   dotnet run --project samples/DurableTokens -- "Host=...;Database=...;..."      to a PostgreSQL database instead; the library creates the table

DirectoryInfo folder = Directory.CreateTempSubdirectory("visma-durable-tokens-");
string file = Path.Combine(folder.FullName, "tokens.db");
try
{
    await using FakeCustomer customer = await FakeCustomer.StartAsync();
    TokenProtectionOptions keys = new() { Keys = { ["2026"] = Keys.Random() } };

    using (IHost first = await StartAsync(customer, keys))
    {
        VismaConnection connection = await customer.ConnectAsync(first.Services.GetRequiredService<VismaConnections>());
        Console.WriteLine($"Connected  {connection.Name}: {connection.State}");
        await first.StopAsync();
    }

    // A second host stands for the process after a restart: no user has to connect again.
    using (IHost second = await StartAsync(customer, keys))
    {
        ITokenSource tokens = second.Services.GetRequiredService<ITokenSource>();
        await tokens.GetTokenAsync(FakeCustomer.Key);
        Console.WriteLine("Restarted  its token is there");
    }

    // To change the key: add the new key; make it the current key; encrypt all entries with it; remove the old key. An application finishes
    // each step in every process before the next step.
    EntityFrameworkTokenCache sqlite = EntityFrameworkTokenCache.ForSqlite(file, new TokenEntrySerializer(new AesGcmTokenProtector(keys)));
    keys.CurrentKey = "2026";
    keys.Keys["2027"] = Keys.Random();
    keys.CurrentKey = "2027";
    TokenCopyReport rewritten = await sqlite.ReprotectAsync();
    keys.Keys.Remove("2026");
    Console.WriteLine($"New key    {rewritten.Written} rewritten, {rewritten.Unreadable.Count} unreadable");

    // Move to another database, which has a different key, while no process renews tokens.
    TokenProtectionOptions otherKeys = new() { Keys = { ["production"] = Keys.Random() } };
    TokenEntrySerializer other = new(new AesGcmTokenProtector(otherKeys));
    EntityFrameworkTokenCache target = args is [string connectionString]
        ? new(options => options.UseNpgsql(connectionString), other)
        : EntityFrameworkTokenCache.ForSqlite(Path.Combine(folder.FullName, "moved.db"), other);
    TokenCopyReport moved = await sqlite.CopyToAsync(target);
    TokenCopyReport again = await sqlite.CopyToAsync(target);
    Console.WriteLine($"Moved      {moved.Written} copied; once more: {again.Written} copied, {again.LeftAlone} there already");
}
finally
{
    Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    folder.Delete(recursive: true);
}

async Task<IHost> StartAsync(FakeCustomer customer, TokenProtectionOptions keys)
{
    HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
    builder.Services.AddVismaConnect(options =>
    {
        customer.Configure(options);
        foreach ((string name, string key) in keys.Keys)
        {
            options.TokenProtection.Keys[name] = key;
        }
    }).AddSqliteTokenCache(file);
    IHost host = builder.Build();
    await host.StartAsync();
    return host;
}
