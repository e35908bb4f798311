using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Infrastructure;

/// <summary>A PostgreSQL server for the tests, on a free loopback port, with its data in a temporary folder. It does not start if PostgreSQL is not installed.</summary>
public sealed partial class PostgresServer : IAsyncDisposable
{
    private const string User = "visma_tests";

    // PostgreSQL refuses to run as root. Debian's package creates this user.
    private const string Account = "postgres";

    private static readonly TimeSpan LongestCommand = TimeSpan.FromMinutes(2);

    private readonly int _port = FreePort();
    private string? _programs;
    private int _databases;

    /// <summary>Why the server did not start; null if it runs.</summary>
    public string? WhyNot { get; private set; }

    /// <summary>The folder with the data.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("visma-tests-pg-").FullName;

    public async ValueTask InitializeAsync()
    {
        _programs = FindPrograms();
        if (_programs is null)
        {
            WhyNot = "PostgreSQL is not installed (Debian: apt-get install postgresql).";
            return;
        }

        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", Account, Folder);
        }

        await RunAsAccountAsync("initdb", "-D", Folder, "-U", User, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions");
        await StartAsync();
    }

    /// <summary>Creates a database.</summary>
    /// <returns>Its connection string.</returns>
    public string NewDatabase()
    {
        string name = $"tokens_{Interlocked.Increment(ref _databases)}";
        using NpgsqlConnection connection = new(ConnectionTo("postgres"));
        connection.Open();
        using NpgsqlCommand command = new($"CREATE DATABASE {name}", connection);
        command.ExecuteNonQuery();
        return ConnectionTo(name);
    }

    public Task StartAsync() =>
        RunAsAccountAsync("pg_ctl", "-D", Folder, "-w", "-l", Path.Combine(Folder, "server.log"), "-o", $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300", "start");

    /// <summary>Stops the server as a power cut would, without finishing anything and without a message to its clients.</summary>
    public Task StopAtOnceAsync() => RunAsAccountAsync("pg_ctl", "-D", Folder, "-w", "-m", "immediate", "stop");

    /// <summary>Cuts every connection to a database.</summary>
    public async Task CutConnectionsAsync(string connectionString)
    {
        await using NpgsqlConnection connection = new(ConnectionTo("postgres"));
        await connection.OpenAsync();
        await using NpgsqlCommand command = new("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", connection);
        command.Parameters.AddWithValue(new NpgsqlConnectionStringBuilder(connectionString).Database!);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (WhyNot is null && _programs is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await StopAtOnceAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    private string ConnectionTo(string database) =>
        new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = _port, Username = User, Database = database }.ConnectionString;

    private Task RunAsAccountAsync(string program, params string[] arguments)
    {
        string path = Path.Combine(_programs!, program);
        return Environment.IsPrivilegedProcess ? RunAsync("runuser", ["-u", Account, "--", path, .. arguments]) : RunAsync(path, arguments);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // The output is discarded, because the server that the program starts would keep a pipe open.
        ProcessStartInfo start = new("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments]) { WorkingDirectory = "/" };
        using Process process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync().WaitAsync(LongestCommand);
        }
        catch (TimeoutException endless)
        {
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} has not ended within {LongestCommand.TotalMinutes:0} minutes.", endless);
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed with {process.ExitCode}.");
        }
    }

    private static string? FindPrograms()
    {
        IEnumerable<string> debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin"))
            : [];
        IEnumerable<string> path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return debian.Concat(path).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")));
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
