using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>A process that requests the tokens of its group's connections and reports them. Each process has a different secret, so that FakeVisma's records show which one sent a request.</summary>
public sealed class Worker : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Pulse _pulse;
    private readonly ConcurrentQueue<(DateTimeOffset At, string Text)> _lines = new();
    private readonly ConcurrentQueue<Sighting> _sightings = new();
    private readonly ConcurrentDictionary<string, Sighting> _last = new();
    private readonly ConcurrentQueue<ReportedError> _errors = new();
    private volatile bool _mayEnd;

    private Worker(string secret, Process process, Pulse pulse)
    {
        Secret = secret;
        _process = process;
        _pulse = pulse;
    }

    public string Secret { get; }

    public bool HasEnded => _process.HasExited;

    /// <summary>Whether the process ended, although the test did not end it.</summary>
    public bool HasDied => HasEnded && !_mayEnd;

    public Task Ended => _process.WaitForExitAsync(TestContext.Current.CancellationToken);

    /// <summary>The tokens that were new to the process, in order.</summary>
    public IReadOnlyCollection<Sighting> Sightings => _sightings;

    public IReadOnlyCollection<ReportedError> Errors => _errors;

    /// <summary>All lines of the process.</summary>
    public IReadOnlyCollection<(DateTimeOffset At, string Text)> Lines => _lines;

    public static Worker Start(string secret, IReadOnlyDictionary<string, string> settings, Pulse pulse)
    {
        ProcessStartInfo start = new("dotnet", [ProgramPath()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Many processes run on few processors. Without these settings they would spend most of their time on optimised compilation and on spinning.
        start.Environment["DOTNET_TC_CallCounting"] = "0";
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }

        Worker worker = new(secret, new Process { StartInfo = start }, pulse);
        worker._process.OutputDataReceived += (_, line) => worker.Read(line.Data);
        worker._process.ErrorDataReceived += (_, line) => worker.Read(line.Data);
        worker._process.EnableRaisingEvents = true;
        worker._process.Exited += (_, _) => pulse.Beat();
        worker._process.Start();
        worker._process.BeginOutputReadLine();
        worker._process.BeginErrorReadLine();
        return worker;
    }

    /// <summary>The newest token of a connection in this process.</summary>
    public Sighting? LastOf(string connection) => _last.GetValueOrDefault(connection);

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _mayEnd = true;
        _process.Kill();
        _lines.Enqueue((DateTimeOffset.UtcNow, "killed"));
    }

    public void Stop() => Signals.Stop(_process.Id);

    public void Continue() => Signals.Continue(_process.Id);

    /// <summary>Stops the process in an orderly way: it finishes its renewals.</summary>
    public async Task EndAsync()
    {
        _mayEnd = true;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).Soon($"the orderly end of {this}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync().Soon($"the end of {this}, which was killed");
        }

        _process.Dispose();
    }

    public override string ToString() => Secret;

    // The program has the same configuration and target: ../../../../TokenWorker/bin/Debug/net10.0, seen from here.
    private static string ProgramPath()
    {
        DirectoryInfo here = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(here.Parent!.Parent!.Parent!.Parent!.FullName, "TokenWorker", "bin", here.Parent.Name, here.Name, "TokenWorker.dll");
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue((DateTimeOffset.UtcNow, line));
        switch (line.Split(' ', 5))
        {
            case ["token", var connection, var token, var expiresAt]:
                _last[connection] = new Sighting(connection, token, DateTimeOffset.Parse(expiresAt, CultureInfo.InvariantCulture));
                _sightings.Enqueue(_last[connection]);
                break;
            case ["error", var connection, var type, var isTransient, .. var reason]:
                _errors.Enqueue(new ReportedError(connection, type, bool.Parse(isTransient), string.Concat(reason)));
                break;
        }

        _pulse.Beat();
    }
}
