using System.Runtime.InteropServices;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>Signals that a process cannot ignore.</summary>
internal static class Signals
{
    private const int Stopping = 19;
    private const int Continuing = 18;

    /// <summary>SIGSTOP: suspends the process.</summary>
    public static void Stop(int process) => Send(process, Stopping);

    /// <summary>SIGCONT: resumes the process.</summary>
    public static void Continue(int process) => Send(process, Continuing);

    private static void Send(int process, int signal)
    {
        if (Kill(process, signal) != 0)
        {
            throw new InvalidOperationException($"Signal {signal} could not be sent to process {process}: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
