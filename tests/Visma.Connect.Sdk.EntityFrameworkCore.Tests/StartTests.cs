using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Visma.Connect.Sdk.Sqlite;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests;

public class StartTests
{
    // Deny by default: the tokens of every customer must not be in a readable file.
    [Fact]
    public async Task Host_does_not_start_when_nothing_encrypts_the_tokens()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        await using WebApp app = await WebApp.StartAsync();
        using IHost host = app.Build(visma => visma.AddSqliteTokenCache(database.ConnectionString));

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Entries.Cancellation));

        Assert.Contains("VismaConnect:TokenProtection:Keys:<name>", error.Message, StringComparison.Ordinal);
        Assert.Contains("AllowUnprotectedTokens", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(database.ConnectionString));
    }

    [Fact]
    public async Task Without_a_host_the_first_use_tells_it()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        await using WebApp app = await WebApp.StartAsync();
        using IHost host = app.Build(visma => visma.AddSqliteTokenCache(database.ConnectionString));

        Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<VismaConnections>());
    }

    [Fact]
    public async Task Restart_loses_no_customer()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        await using WebApp app = await WebApp.StartAsync();
        using (IHost first = await StartAsync(app, database))
        {
            await app.ConnectAsync(first);
            await first.StopAsync(Entries.Cancellation);
        }

        using IHost second = await StartAsync(app, database);
        AccessToken token = await second.Services.GetRequiredService<ITokenSource>().GetTokenAsync(Entries.Key, Entries.Cancellation);
        AccessToken renewed = await second.Services.GetRequiredService<ITokenSource>().GetTokenAsync(Entries.Key, token, Entries.Cancellation);

        Assert.NotNull(renewed);
        Assert.Equal(ConnectionState.Active, (await second.Services.GetRequiredService<VismaConnections>().FindAsync("nxt", "customer-42", Entries.Cancellation))?.State);
    }

    [Fact]
    public async Task Unprotected_tokens_are_stored_when_that_is_allowed_and_read_after_a_key_came()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        await using WebApp app = await WebApp.StartAsync();
        using (IHost open = app.Build(visma => visma.AddSqliteTokenCache(database.ConnectionString), options => options.AllowUnprotectedTokens = true))
        {
            await open.StartAsync(Entries.Cancellation);
            await app.ConnectAsync(open);
        }

        using IHost both = app.Build(visma => visma.AddSqliteTokenCache(database.ConnectionString), options =>
        {
            options.AllowUnprotectedTokens = true;
            options.TokenProtection.Keys["first"] = TestKeys.First;
        });
        TokenCopyReport report = await both.Services.GetRequiredService<ITokenCache>().ReprotectAsync(cancellationToken: Entries.Cancellation);
        using IHost closed = await StartAsync(app, database);

        // The connection, and the claim of its consent.
        Assert.Equal(2, report.Written);
        Assert.Contains(app.Log, line => line.StartsWith("24 Stored tokens are not encrypted", StringComparison.Ordinal));
        Assert.NotNull(await closed.Services.GetRequiredService<ITokenSource>().GetTokenAsync(Entries.Key, Entries.Cancellation));
    }

    // A database that starts late, after a reboot, must not stop the application from starting.
    [Fact]
    public async Task Host_starts_without_the_database_and_says_so()
    {
        await using WebApp app = await WebApp.StartAsync();
        using IHost host = app.Build(
            visma => visma.AddEntityFrameworkTokenCache(options => options.UseNpgsql("Host=127.0.0.1;Port=1;Username=nobody")),
            options => options.TokenProtection.Keys["first"] = TestKeys.First);

        await host.StartAsync(Entries.Cancellation);

        Assert.Contains(app.Log, line => line.StartsWith("40 The database of the token cache cannot be used yet", StringComparison.Ordinal));
        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(
            () => host.Services.GetRequiredService<ITokenSource>().GetTokenAsync(Entries.Key, Entries.Cancellation).AsTask());
        Assert.True(error.IsTransient);
    }

    // One full disk can make both fail.
    [Fact]
    public async Task Host_starts_without_the_database_although_the_log_throws()
    {
        BrokenLog log = new();
        await using WebApp app = await WebApp.StartAsync();
        using IHost host = app.Build(
            visma => visma
                .AddEntityFrameworkTokenCache(options => options.UseNpgsql("Host=127.0.0.1;Port=1;Username=nobody"))
                .Services.AddLogging(logging => logging.AddProvider(log)),
            options => options.TokenProtection.Keys["first"] = TestKeys.First);

        await host.StartAsync(Entries.Cancellation);

        Assert.InRange(log.Thrown, 1, int.MaxValue);
    }

    // A database that accepts connections and never answers. The host has a time limit for its start.
    [Fact]
    public async Task Host_does_not_wait_for_a_silent_database()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        ManualTime time = new();
        await using WebApp app = await WebApp.StartAsync();
        using IHost host = app.Build(
            visma => visma
                .AddEntityFrameworkTokenCache(options => options.UseNpgsql($"Host=127.0.0.1;Port={((IPEndPoint)silent.LocalEndpoint).Port};Username=nobody;Timeout=300"))
                .Services.AddSingleton<TimeProvider>(time),
            options => options.TokenProtection.Keys["first"] = TestKeys.First);

        Task starting = host.StartAsync(Entries.Cancellation);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return starting.IsCompleted;
            },
            "the start of the host");
        await starting;
        Assert.Contains(app.Log, line => line.StartsWith("40 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cache_needs_no_settings_where_the_application_has_a_protector()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        ServiceCollection services = new();
        services.AddVismaConnect(_ => { }).AddSqliteTokenCache(database.ConnectionString);
        services.AddSingleton<ITokenProtector>(new Reversing());
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Null(await provider.GetRequiredService<ITokenCache>().GetAsync(Entries.Key, Entries.Cancellation));
    }

    [Fact]
    public async Task Cache_counts_also_when_it_is_registered_before_the_settings()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        ServiceCollection services = new();
        services.AddVismaConnect(_ => { }).AddSqliteTokenCache(database.ConnectionString);
        services.AddVismaConnect(options => options.TokenProtection.Keys["first"] = TestKeys.First);
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.IsType<SqliteTokenCache>(provider.GetRequiredService<ITokenCache>());
    }

    [Fact]
    public async Task Protector_of_the_application_counts_before_the_keys_of_the_settings()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        Reversing protector = new();
        ServiceCollection services = new();
        services.AddVismaConnect(options => options.TokenProtection.Keys["first"] = TestKeys.First).AddSqliteTokenCache(database.ConnectionString);
        services.AddSingleton<ITokenProtector>(protector);
        await using ServiceProvider provider = services.BuildServiceProvider();

        await provider.GetRequiredService<ITokenCache>().SaveAsync(Entries.Key, Entries.New(), null, Entries.Cancellation);

        Assert.Equal(1, protector.Calls);
    }

    // For example, a change from keys in the settings to Data Protection.
    [Fact]
    public async Task What_the_keys_of_the_settings_once_encrypted_is_read_beside_another_protector()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        await database.Open().SaveAsync(Entries.Key, Entries.New(), null, Entries.Cancellation);
        ServiceCollection services = new();
        services.AddVismaConnect(options => options.TokenProtection.Keys["first"] = TestKeys.First).AddSqliteTokenCache(database.ConnectionString);
        services.AddSingleton<ITokenProtector>(new Reversing());
        await using ServiceProvider provider = services.BuildServiceProvider();
        ITokenCache cache = provider.GetRequiredService<ITokenCache>();

        TokenCopyReport report = await cache.ReprotectAsync(cancellationToken: Entries.Cancellation);

        Assert.Equal((1, 0), (report.Written, report.Unreadable.Count));
        Assert.NotNull(await database.Open(new TokenEntrySerializer(new Reversing())).GetAsync(Entries.Key, Entries.Cancellation));
    }

    private static async Task<IHost> StartAsync(WebApp app, TokenDatabase database)
    {
        IHost host = app.Build(visma => visma.AddSqliteTokenCache(database.ConnectionString), options => options.TokenProtection.Keys["first"] = TestKeys.First);
        await host.StartAsync(Entries.Cancellation);
        return host;
    }

    private sealed class Reversing : ITokenProtector
    {
        public int Calls { get; private set; }

        public byte[] Protect(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData)
        {
            Calls++;
            return [.. plaintext.ToArray().Reverse()];
        }

        public byte[] Unprotect(ReadOnlySpan<byte> protectedData, ReadOnlySpan<byte> associatedData) =>
            protectedData[0] == '}' ? [.. protectedData.ToArray().Reverse()] : throw new CryptographicException("it was not reversed.");
    }
}
