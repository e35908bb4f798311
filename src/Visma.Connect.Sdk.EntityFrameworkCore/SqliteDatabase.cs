using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

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
            context => SetUpAsync(context, file));
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
        Create(file);
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL").ConfigureAwait(false);
    }

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
