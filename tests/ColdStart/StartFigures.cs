using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime;

namespace Visma.Connect.Sdk.ColdStart;

/// <summary>The figures of this process, after its call.</summary>
internal static class StartFigures
{
    /// <summary>
    /// Prints the milliseconds since the start of the process, those of the processor, the methods that the runtime compiled, and the bytes of the loaded
    /// DLLs that are not .NET's, on a line of its own that begins with "figures", because a host writes its log there too.
    /// </summary>
    public static void Print()
    {
        int methods = (int)JitInfo.GetCompiledMethodCount();
        using Process process = Process.GetCurrentProcess();
        // The start of a process is a time of the system's clock.
        double milliseconds = (TimeProvider.System.GetLocalNow().DateTime - process.StartTime).TotalMilliseconds;
        double processor = process.TotalProcessorTime.TotalMilliseconds;
        long bytes = AppDomain.CurrentDomain.GetAssemblies().Where(IsOfApplication).Sum(assembly => new FileInfo(assembly.Location).Length);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"figures {milliseconds:0.0} {processor:0} {methods} {bytes}"));
    }

    private static bool IsOfApplication(Assembly assembly) => assembly.Location.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal);
}
