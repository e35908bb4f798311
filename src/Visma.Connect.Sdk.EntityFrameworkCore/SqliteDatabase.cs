using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Visma.Connect.Sdk.EntityFrameworkCore;

/// <summary>A SQLite file, set up for several processes: write-ahead log, full durability, and no reader but its owner.</summary>
internal static class SqliteDatabase
{
    // Longer than a renewal waits for its cache: who gives up first is the library, which knows what to do then.
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(3);

    private static readonly Lock Creation = new();

    public static TokenCacheDatabase At(string path)
    {
        RequireFile(path);
        string file = Path.GetFullPath(path);
        SqliteConnectionStringBuilder connection = new() { DataSource = file, DefaultTimeout = (int)BusyTimeout.TotalSeconds };
        return new TokenCacheDatabase(options => options.UseSqlite(connection.ConnectionString).AddInterceptors(new SqliteBusyTimeout(BusyTimeout)), context => SetUpAsync(context, file));
    }

    /// <exception cref="ArgumentException">It is empty, in memory, or a connection string.</exception>
    public static void RequireFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (path.StartsWith(':') || path.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || path.Contains('='))
        {
            throw new ArgumentException("The path of a file is expected, such as data/visma-tokens.db, and no connection string. For tokens in memory, register no cache.", nameof(path));
        }
    }

    private static async Task SetUpAsync(TokenCacheContext context, string file)
    {
        Create(file);
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL").ConfigureAwait(false);
    }

    // Before SQLite does, which would leave it to the umask; its further files get the permissions of this one. A file that is there is never
    // opened: on Unix, closing it would take away the locks that SQLite holds on it for the whole process, and saves would be lost.
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
                // Somebody else has created it.
            }
        }
    }
}
