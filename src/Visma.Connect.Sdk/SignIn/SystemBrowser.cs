using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Visma.Connect.Sdk;

/// <summary>The default browser of the user's system (RFC 8252 section 5). On Unix it is started without a shell.</summary>
internal static partial class SystemBrowser
{
    /// <returns>A task that completes when the system has accepted the address.</returns>
    /// <exception cref="VismaConnectException">The system has no browser, or cannot open it.</exception>
    public static async Task OpenAsync(Uri url, CancellationToken cancellationToken)
    {
        // The system opens every kind of address, also the path of a program.
        if (!SecureTransport.Allows(new Uri(url.GetLeftPart(UriPartial.Path))))
        {
            throw new InvalidOperationException($"The address of the sign-in is not {SecureTransport.Rule}, and was not opened. Correct the authority.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            using Process shell = new() { StartInfo = new ProcessStartInfo(url.AbsoluteUri) { UseShellExecute = true } };
            Start(shell);
            return;
        }

        string command = RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "/usr/bin/open" : FindOnPath("xdg-open") ?? throw Failure("there is no xdg-open");
        int exitCode = await RunAsync(command, url, cancellationToken).ConfigureAwait(false);
        if (exitCode != 0)
        {
            throw Failure(FormattableString.Invariant($"{command} ended with {exitCode}"));
        }
    }

    // Process.Start would search the directory of the program before the path.
    private static string? FindOnPath(string command) => Environment.GetEnvironmentVariable("PATH")?
        .Split(Path.PathSeparator)
        .Where(Path.IsPathRooted)
        .Select(directory => Path.Combine(directory, command))
        .FirstOrDefault(File.Exists);

    private static async Task<int> RunAsync(string command, Uri url, CancellationToken cancellationToken)
    {
        TaskCompletionSource<bool> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using Process process = new() { StartInfo = StartInfoOf(command, url), EnableRaisingEvents = true };
        process.Exited += (_, _) => exited.TrySetResult(true);
        Start(process);
        // The process is not killed when the wait ends: it can be the browser itself, with all its windows.
        using CancellationTokenRegistration cancelled = cancellationToken.Register(() => exited.TrySetCanceled(cancellationToken));
        await exited.Task.ConfigureAwait(false);
        return process.ExitCode;
    }

    private static void Start(Process process)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception failure)
        {
            // Without the inner exception: its message contains the address, and with it the state.
            throw Failure(FormattableString.Invariant($"error {failure.NativeErrorCode}"));
        }
        catch (PlatformNotSupportedException)
        {
            throw Failure("this platform starts no programs");
        }
    }

    private static VismaConnectException Failure(string fault) =>
        new($"The system's browser cannot be opened ({fault}).", LocalCauses.NoBrowser.Remedy, innerException: null);
}
