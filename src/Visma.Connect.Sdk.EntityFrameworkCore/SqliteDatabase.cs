using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SQLitePCL;

namespace Visma.Connect.Sdk.EntityFrameworkCore;

/// <summary>Opens a SQLite file for several processes: with a write-ahead log, full durability, and permissions for its owner only.</summary>
internal static class SqliteDatabase
{
    // Longer than a renewal waits for the token cache, so that the library ends the wait, and not SQLite.
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(3);

    private static readonly Lock Creation = new();

    public static TokenCacheDatabase At(string path)
    {
        RequireFile(path);
        string file = Path.GetFullPath(path);
        SqliteConnectionStringBuilder connection = new() { DataSource = file, DefaultTimeout = (int)BusyTimeout.TotalSeconds };
        return new TokenCacheDatabase(
            options => options.UseSqlite(connection.ConnectionString).AddInterceptors(new SqliteBusyTimeout(BusyTimeout)),
            context => SetUpAsync(context, file))
        {
            File = file,
        };
    }

    /// <summary>The files of a database that others than their owner can read, with their permissions. On Windows always none.</summary>
    public static IReadOnlyList<string> OpenToOthers(string file)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        List<string> open = [];
        if (OperatingSystem.IsWindows())
        {
            return open;
        }

        foreach (string name in ((string[])[file, file + "-wal", file + "-shm"]).Where(File.Exists))
        {
            UnixFileMode mode = File.GetUnixFileMode(name);
            if ((mode & Others) != 0)
            {
                open.Add($"{name} ({Convert.ToString((int)mode, 8)})");
            }
        }

        return open;
    }

    /// <exception cref="ArgumentException">The path is empty, a database in memory, or a connection string.</exception>
    public static void RequireFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (path.StartsWith(':') || path.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || path.Contains('='))
        {
            throw new ArgumentException(
                "The path of a file is expected, for example data/visma-tokens.db, and not a connection string. For tokens in memory, do not register a cache.",
                nameof(path));
        }
    }

    private static async Task SetUpAsync(TokenCacheContext context, string file)
    {
        try
        {
            Create(file);
            await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL").ConfigureAwait(false);
        }
        catch (Exception failure) when (ReasonOf(failure, file) is { } reason)
        {
            throw new OptionsValidationException(
                nameof(SqliteVismaConnectBuilderExtensions.AddSqliteTokenCache),
                typeof(VismaConnectOptions),
                [
                    $"Tokens cannot be stored in '{file}': {reason.TrimEnd('.')}. Name a file in "
                        + $"{nameof(SqliteVismaConnectBuilderExtensions.AddSqliteTokenCache)} "
                        + "that this process may create or write, in a folder that exists or that it may create.",
                ]);
        }
    }

    // Why the path can never work; null if the failure can pass by itself.
    private static string? ReasonOf(Exception failure, string file) => failure switch
    {
        _ when Directory.Exists(file) => "it is a folder",
        IOException or UnauthorizedAccessException => failure.Message,
        SqliteException { SqliteErrorCode: raw.SQLITE_NOTADB } => "it is a file of another program",
        SqliteException { SqliteErrorCode: raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_PERM } => "it cannot be opened for writing",
        _ => null,
    };

    // SQLite would create the file with the permissions of the umask. Its other files get the permissions of this one. A file that exists is never
    // opened here: on Unix, to close it would release the locks that SQLite holds on it for the whole process, and saves would be lost.
    private static void Create(string file)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        string folder = Path.GetDirectoryName(file)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        lock (Creation)
        {
            try
            {
                new FileStream(file, options).Dispose();
            }
            catch (IOException) when (File.Exists(file))
            {
                // Another process has created it.
            }
        }
    }
}
