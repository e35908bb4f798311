using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Visma.Connect.Sdk.ColdStart;

// Makes one call: "floor" with a constant header, "library" with a token. "host" as well: in a host that is started first; "later": over a network that
// does not answer at once. Prints the milliseconds since the start of the process, those of the processor, and the methods that the runtime compiled.
bool isLibrary = args.Contains("library");
if (args.Contains("host"))
{
    HostApplicationBuilder builder = Host.CreateApplicationBuilder();
    Application.Add(builder.Services, isLibrary);
    using IHost host = builder.Build();
    await host.StartAsync();
    await Application.CallAsync(host.Services, isLibrary);
    Print();
}
else
{
    ServiceCollection services = new();
    Application.Add(services, isLibrary);
    await using ServiceProvider provider = services.BuildServiceProvider();
    await Application.CallAsync(provider, isLibrary);
    Print();
}

static void Print()
{
    int methods = (int)JitInfo.GetCompiledMethodCount();
    using Process process = Process.GetCurrentProcess();
    // The start of a process is a time of the system's clock.
    double milliseconds = (TimeProvider.System.GetLocalNow().DateTime - process.StartTime).TotalMilliseconds;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.0} {process.TotalProcessorTime.TotalMilliseconds:0} {methods}"));
}
