using System.Runtime.InteropServices;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>What no process can ignore.</summary>
internal static class Signals
{
    private const int Stopping = 19;
    private const int Continuing = 18;

    /// <summary>SIGSTOP: it does nothing any more, and does not know.</summary>
    public static void Stop(int process) => Send(process, Stopping);

    /// <summary>SIGCONT: it goes on as if nothing had been.</summary>
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
