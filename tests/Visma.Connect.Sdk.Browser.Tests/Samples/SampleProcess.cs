using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Visma.Connect.Sdk.Browser.Tests.Samples;

/// <summary>A sample that is a server, as a process of its own.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _data;

    private SampleProcess(Process process, DirectoryInfo data, string output)
    {
        _process = process;
        _data = data;
        Output = output;
    }

    /// <summary>What it has printed while it started.</summary>
    public string Output { get; }

    /// <summary>Starts a CompanyPortal.</summary>
    /// <param name="address">Where it listens.</param>
    /// <param name="settings">Further settings. Default: none, so it runs with FakeVisma.</param>
    public static Task<SampleProcess> StartPortalAsync(Uri address, IEnumerable<KeyValuePair<string, string?>>? settings = null) =>
        StartAsync("CompanyPortal", "The portal is at ", [], (settings ?? []).Append(new("Portal:Address", address.AbsoluteUri)));

    /// <summary>Starts a FakeVismaHost, which prints its settings.</summary>
    public static Task<SampleProcess> StartVismaAsync(int port, Uri redirectUri) =>
        StartAsync("FakeVismaHost", "}", ["--port", $"{port}", "--redirect-uri", redirectUri.AbsoluteUri], []);

    /// <summary>Returns a port that is free, like the next one. It is below the ports that the system gives to other servers.</summary>
    public static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(10_000, 30_000);
            try
            {
                using TcpListener first = new(IPAddress.Loopback, port);
                using TcpListener second = new(IPAddress.Loopback, port + 1);
                first.Start();
                second.Start();
                return port;
            }
            catch (SocketException)
            {
                // Another program uses one of them.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _data.Delete(recursive: true);
    }

    private static async Task<SampleProcess> StartAsync(
        string sample,
        string lastLine,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string?>> settings)
    {
        DirectoryInfo data = Directory.CreateTempSubdirectory("visma-tests-sample-");
        string program = Path.Combine(Repository.Root, "samples", sample, "bin", "Debug", "net10.0", sample + ".dll");
        ProcessStartInfo start = new("dotnet", [program, .. arguments]) { RedirectStandardOutput = true };
        start.Environment["Portal__DataFolder"] = data.FullName;
        foreach ((string name, string? value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        Process process = Process.Start(start)!;
        StringBuilder output = new();
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().Soon($"{sample} starts") is { } line)
        {
            output.AppendLine(line);
            if (line.StartsWith(lastLine, StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return new SampleProcess(process, data, output.ToString());
            }
        }

        throw new InvalidOperationException($"{sample} did not start: {output}");
    }
}
