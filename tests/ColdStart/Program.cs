using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Visma.Connect.Sdk.ColdStart;

// Makes one call: "floor" with a constant header, "library" with a token. "sqlite" as well: with a token cache in a file; "host": in a host that is started
// first; "later": over a network that does not answer at once. Prints what the start cost, or with "assemblies" the loaded assemblies. "bytes" alone: the
// bytes of warm calls.
if (args.Contains("bytes"))
{
    await WarmCalls.PrintAsync();
    return;
}

bool isLibrary = args.Contains("library");
if (args.Contains("host"))
{
    HostApplicationBuilder builder = Host.CreateApplicationBuilder();
    Application.Add(builder.Services, isLibrary);
    using IHost host = builder.Build();
    await host.StartAsync();
    await Application.CallAsync(host.Services, isLibrary);
    Print(args);
}
else
{
    ServiceCollection services = new();
    Application.Add(services, isLibrary);
    await using ServiceProvider provider = services.BuildServiceProvider();
    await Application.CallAsync(provider, isLibrary);
    Print(args);
}

static void Print(string[] args)
{
    if (args.Contains("assemblies"))
    {
        PrintAssemblies();
        return;
    }

    StartFigures.Print();
}

static void PrintAssemblies()
{
    foreach (System.Reflection.Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
    {
        Console.WriteLine(assembly.GetName().Name);
    }
}
