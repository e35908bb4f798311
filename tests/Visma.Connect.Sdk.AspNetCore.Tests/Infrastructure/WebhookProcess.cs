using System.Collections.Concurrent;
using System.Diagnostics;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Infrastructure;

/// <summary>A process of a web application that receives webhooks.</summary>
public sealed class WebhookProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WebhookProcess(Process process) => _process = process;

    /// <summary>The number of each event that its handler has handled.</summary>
    public ConcurrentQueue<int> Handled { get; } = new();

    public Task<Uri> Address => _address.Task;

    public static WebhookProcess Start(string database)
    {
        ProcessStartInfo start = new("dotnet", [ProgramPath()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["Worker__Database"] = database;
        start.Environment["VismaConnect__Webhooks__Secrets__0"] = WebhookApp.Secret;
        start.Environment["VismaConnect__TokenProtection__Keys__2026"] = Convert.ToBase64String(new byte[32]);
        WebhookProcess worker = new(new Process { StartInfo = start });
        worker._process.OutputDataReceived += (_, line) => worker.Read(line.Data);
        worker._process.ErrorDataReceived += (_, line) => worker.Read(line.Data);
        worker._process.Start();
        worker._process.BeginOutputReadLine();
        worker._process.BeginErrorReadLine();
        return worker;
    }

    /// <summary>Stops the process in an orderly way, and reads its output to the end.</summary>
    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    // The program has the same configuration and target.
    private static string ProgramPath()
    {
        DirectoryInfo here = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(here.Parent!.Parent!.Parent!.Parent!.FullName, "WebhookWorker", "bin", here.Parent.Name, here.Name, "WebhookWorker.dll");
    }

    private void Read(string? line)
    {
        switch (line?.Split(' ', 2))
        {
            case ["handled", var number]:
                Handled.Enqueue(int.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case ["listening", var address]:
                _address.TrySetResult(new Uri(address));
                break;
            case [..]:
                _address.TrySetException(new InvalidOperationException(line));
                break;
        }
    }
}
