using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using SQLitePCL;

namespace Visma.Connect.Sdk.Sqlite;

/// <summary>The file of a token cache: its path, its permissions, and the reasons why it cannot be used.</summary>
internal static class SqliteFile
{
    private static readonly Lock Creation = new();

    /// <summary>Creates the file if it is missing, and prepares the database in it.</summary>
    /// <exception cref="OptionsValidationException">The file can never be used; the message says why.</exception>
    public static void Prepare(string file, Action prepare)
    {
        try
        {
            Create(file);
            prepare();
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
    public static void RequirePath(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (path.StartsWith(':') || path.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || path.Contains('='))
        {
            throw new ArgumentException(
                "The path of a file is expected, for example data/visma-tokens.db, and not a connection string. For tokens in memory, do not register a cache.",
                nameof(path));
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
