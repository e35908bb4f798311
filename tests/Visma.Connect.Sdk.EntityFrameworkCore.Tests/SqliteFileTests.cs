using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Visma.Connect.Sdk.Sqlite;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests;

#pragma warning disable CA1416 // What only Unix has is skipped elsewhere.
public sealed class SqliteFileTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder = Directory.CreateTempSubdirectory("visma-tests-sqlite-").FullName;

    private string File => Path.Combine(_folder, "data", "tokens.db");

    [Fact]
    public async Task Files_are_for_their_owner_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows the permissions are those of the folder.");
        await SaveAsync();

        using SqliteConnection open = Connect();
        string[] files = Directory.GetFiles(Path.GetDirectoryName(File)!);

        Assert.Equal(["tokens.db", "tokens.db-shm", "tokens.db-wal"], files.Select(Path.GetFileName).Order());
        Assert.All(files, file => Assert.Equal(Owner, System.IO.File.GetUnixFileMode(file)));
        Assert.Equal(Owner | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(Path.GetDirectoryName(File)!));
    }

    // The administrator may have given rights to others, for example read access to a group.
    [Fact]
    public async Task Permissions_of_a_file_that_is_there_stay()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows the permissions are those of the folder.");
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllBytesAsync(File, [], Entries.Cancellation);
        System.IO.File.SetUnixFileMode(File, Owner | UnixFileMode.GroupRead);

        await SaveAsync();

        Assert.Equal(Owner | UnixFileMode.GroupRead, System.IO.File.GetUnixFileMode(File));
    }

    [Theory]
    [InlineData(UnixFileMode.None, false)]
    [InlineData(UnixFileMode.GroupRead, true)]
    [InlineData(UnixFileMode.OtherRead, true)]
    [InlineData(UnixFileMode.OtherWrite, true)]
    public async Task File_that_others_can_read_or_write_is_reported_at_start(UnixFileMode more, bool isReported)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows the permissions are those of the folder.");
        await using WebApp app = await WebApp.StartAsync();
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllBytesAsync(File, [], Entries.Cancellation);
        System.IO.File.SetUnixFileMode(File, Owner | more);
        using IHost host = app.Build(visma => visma.AddSqliteTokenCache(File), options => options.TokenProtection.Keys["first"] = TestKeys.First);

        await host.StartAsync(Entries.Cancellation);

        string[] reported = [.. app.Log.Where(line => line.StartsWith("42 ", StringComparison.Ordinal))];
        Assert.Equal(isReported, reported.Length == 1);
        Assert.All(reported, line => Assert.Contains($"{File} (", line, StringComparison.Ordinal));
        Assert.All(reported, line => Assert.Contains("chmod 600", line, StringComparison.Ordinal));
    }

    // The row of a later version, or a row that was changed by hand.
    [Fact]
    public async Task Row_whose_key_cannot_be_read_is_reported_by_a_copy_and_by_a_change_of_keys()
    {
        await SaveAsync();
        SqliteTokenCache cache = new SqliteTokenCache(File, TestKeys.Serializer);
        await cache.SaveAsync(TokenKey.ForConnection("nxt", "damaged"), Entries.New(), null, Entries.Cancellation);
        using (SqliteConnection connection = Connect())
        using (SqliteCommand damage = connection.CreateCommand())
        {
            damage.CommandText = "UPDATE visma_tokens SET token_key = 'connection/NXT/damaged' WHERE token_key = 'connection/nxt/damaged'";
            Assert.Equal(1, damage.ExecuteNonQuery());
        }

        TokenCopyReport copied = await cache.CopyToAsync(new MemoryTokenCache(), cancellationToken: Entries.Cancellation);
        TokenCopyReport protectedAgain = await cache.ReprotectAsync(cancellationToken: Entries.Cancellation);

        Assert.All([copied, protectedAgain], report =>
        {
            Assert.Equal((1, 0), (report.Written, report.LeftAlone));
            UnreadableEntryException fault = Assert.Single(report.Unreadable);
            Assert.Contains("connection%2FNXT%2Fdamaged", fault.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Write_ahead_log_is_on_and_a_commit_is_on_the_disk_before_it_is_reported()
    {
        await SaveAsync();

        Assert.Equal("wal", Pragma("journal_mode"));
        Assert.Equal("2", Pragma("synchronous"));
    }

    [Fact]
    public async Task Writer_waits_for_another_process()
    {
        await SaveAsync();
        using SqliteConnection other = Connect();
        using SqliteTransaction busy = other.BeginTransaction(deferred: false);
        Task<bool> saving = Task.Run(() => new SqliteTokenCache(File, TestKeys.Serializer).SaveAsync(TokenKey.ForClient("erp"), Entries.New(), null, Entries.Cancellation).AsTask());

        await busy.CommitAsync(Entries.Cancellation);

        Assert.True(await saving.Soon());
    }

    // POSIX releases all locks of a process on a file as soon as the process closes that file once. A second cache must not cause that.
    [Fact]
    public async Task Second_cache_in_a_process_leaves_the_locks_of_the_first()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Locks are read from Linux's /proc.");
        await SaveAsync();
        // Not a connection of the library, because other tests close idle ones when they end.
        using SqliteConnection open = Connect();
        int locks = LocksOnFile();

        await new SqliteTokenCache(File, TestKeys.Serializer).PrepareAsync(Entries.Cancellation);

        Assert.True(locks > 0, "SQLite holds no lock on the file: where is it?");
        Assert.True(LocksOnFile() >= locks, "SQLite's locks on the file are gone.");
    }

    [Fact]
    public async Task Path_is_relative_to_the_content_root_of_the_host()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = _folder });
        builder.Services.AddVismaConnect(options => options.TokenProtection.Keys["first"] = TestKeys.First).AddSqliteTokenCache("data/tokens.db");
        using IHost host = builder.Build();

        await host.StartAsync(Entries.Cancellation);

        Assert.True(System.IO.File.Exists(File));
        Assert.IsType<SqliteTokenCache>(host.Services.GetRequiredService<ITokenCache>());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(":memory:")]
    [InlineData("file:tokens.db?mode=memory")]
    [InlineData("Data Source=tokens.db")]
    public void What_is_no_path_of_a_file_is_refused(string path)
    {
        Assert.Throws<ArgumentException>(() => new SqliteTokenCache(path, TestKeys.Serializer));
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddVismaConnect(_ => { }).AddSqliteTokenCache(path));
    }

    // Otherwise the first user consents in vain.
    [Theory]
    [InlineData("", "it is a folder")]
    [InlineData("other.txt/data/tokens.db", "other.txt")]
    [InlineData("other.txt", "it is a file of another program")]
    public async Task Host_does_not_start_with_a_path_that_can_never_work(string path, string reason)
    {
        await System.IO.File.WriteAllTextAsync(Path.Combine(_folder, "other.txt"), new string('a', 8192), Entries.Cancellation);
        string file = Path.Combine(_folder, path);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddVismaConnect(options => options.TokenProtection.Keys["first"] = TestKeys.First).AddSqliteTokenCache(file);
        using IHost host = builder.Build();

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Entries.Cancellation));

        Assert.StartsWith($"Tokens cannot be stored in '{file}': ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("Name a file in AddSqliteTokenCache that this process may create or write", error.Message, StringComparison.Ordinal);
    }

    // A program without a host.
    [Fact]
    public async Task Connections_of_a_path_that_can_never_work_are_an_error_with_a_remedy()
    {
        ServiceCollection services = new();
        services.AddVismaConnect(options => options.TokenProtection.Keys["first"] = TestKeys.First).AddSqliteTokenCache(_folder);
        await using ServiceProvider provider = services.BuildServiceProvider();
        VismaConnections connections = provider.GetRequiredService<VismaConnections>();

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(
            async () => await connections.ListAsync(Entries.Cancellation).GetAsyncEnumerator(Entries.Cancellation).MoveNextAsync());

        Assert.Contains("Check the token cache", error.Remedy?.ToString(), StringComparison.Ordinal);
        Assert.IsType<OptionsValidationException>(error.InnerException);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<bool> SaveAsync() => new SqliteTokenCache(File, TestKeys.Serializer).SaveAsync(Entries.Key, Entries.New(), null, Entries.Cancellation).AsTask();

    private int LocksOnFile()
    {
        using Process stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%i", File]) { RedirectStandardOutput = true })!;
        string inode = stat.StandardOutput.ReadToEnd().Trim();
        return System.IO.File.ReadLines("/proc/locks").Count(line => line.Contains($":{inode} ", StringComparison.Ordinal) && line.Contains($" {Environment.ProcessId} ", StringComparison.Ordinal));
    }

    private SqliteConnection Connect()
    {
        SqliteConnection connection = new($"Data Source={File}");
        connection.Open();
        // SQLite opens and locks the file with the first statement that reads it.
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM sqlite_master";
        _ = command.ExecuteScalar();
        return connection;
    }

    private string? Pragma(string name)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {name}";
        return command.ExecuteScalar()?.ToString();
    }
}
