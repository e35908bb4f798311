using DurableTokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Visma.Connect.Sdk;
using Visma.Connect.Sdk.EntityFrameworkCore;
using Visma.Connect.Sdk.Sqlite;
using Visma.Connect.Sdk.TokenCache;

const string Usage = """
    Connections that survive a restart: stored in SQLite, encrypted, with a key that is changed, and then moved to another database.

      dotnet run --project samples/DurableTokens                                   against FakeVisma, from one SQLite file to another
      dotnet run --project samples/DurableTokens -- "Host=...;Database=...;..."    to a PostgreSQL database instead; the library creates the table
    """;

return await Sample.RunAsync(args, Usage, async stopping =>
{
    string? postgres = Arguments.ConnectionString(args);
    DirectoryInfo folder = Directory.CreateTempSubdirectory("visma-durable-tokens-");
    try
    {
        await RunAsync(folder.FullName, postgres, stopping);
    }
    finally
    {
        folder.Delete(recursive: true);
    }
});

static async Task RunAsync(string folder, string? postgres, CancellationToken stopping)
{
    string file = Path.Combine(folder, "tokens.db");
    await using FakeCustomer customer = await FakeCustomer.StartAsync(stopping);
    TokenProtectionOptions keys = new() { Keys = { ["2026"] = Keys.Random() } };

    using (IHost first = await StartAsync(customer, keys, file, stopping))
    {
        VismaConnection connection = await customer.ConnectAsync(first.Services.GetRequiredService<VismaConnections>(), stopping);
        Console.WriteLine($"Connected  {connection.Name}: {connection.State}");
        await first.StopAsync(stopping);
    }

    // A second host stands for the process after a restart: no user has to connect again.
    using (IHost second = await StartAsync(customer, keys, file, stopping))
    {
        ITokenSource tokens = second.Services.GetRequiredService<ITokenSource>();
        await tokens.GetTokenAsync(FakeCustomer.Key, stopping);
        Console.WriteLine("Restarted  its token is there");
    }

    // To change the key: add the new key; make it the current key; encrypt all entries with it; remove the old key. An application finishes
    // each step in every process before the next step.
    using SqliteTokenCache sqlite = new(file, new TokenEntrySerializer(new AesGcmTokenProtector(keys)));
    keys.CurrentKey = "2026";
    keys.Keys["2027"] = Keys.Random();
    keys.CurrentKey = "2027";
    TokenCopyReport rewritten = await sqlite.ReprotectAsync(cancellationToken: stopping);
    keys.Keys.Remove("2026");
    Console.WriteLine($"New key    {rewritten.Written} rewritten, {rewritten.Unreadable.Count} unreadable");

    // Move to another database, which has a different key, while no process renews tokens.
    TokenProtectionOptions otherKeys = new() { Keys = { ["production"] = Keys.Random() } };
    TokenEntrySerializer other = new(new AesGcmTokenProtector(otherKeys));
    using SqliteTokenCache moved = new(Path.Combine(folder, "moved.db"), other);
    ITokenCache target = postgres is not null
        ? new EntityFrameworkTokenCache(options => options.UseNpgsql(postgres), other)
        : moved;
    TokenCopyReport copied = await sqlite.CopyToAsync(target, cancellationToken: stopping);
    TokenCopyReport again = await sqlite.CopyToAsync(target, cancellationToken: stopping);
    Console.WriteLine($"Moved      {copied.Written} copied; once more: {again.Written} copied, {again.LeftAlone} there already");
}

static async Task<IHost> StartAsync(FakeCustomer customer, TokenProtectionOptions keys, string file, CancellationToken stopping)
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
    await host.StartAsync(stopping);
    return host;
}
