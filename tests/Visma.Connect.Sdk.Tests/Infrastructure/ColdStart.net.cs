using System.Diagnostics;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>The program tests/ColdStart, an application with one HttpClient, in a process of its own and in the configuration Release.</summary>
internal static class ColdStart
{
    /// <summary>Runs the program, and returns the lines that it printed.</summary>
    /// <param name="arguments">Its arguments, which the program describes.</param>
    /// <param name="environment">Settings of the runtime.</param>
    public static async Task<string[]> RunAsync(string arguments, params (string Name, string Value)[] environment)
    {
        string program = Path.Combine(Repository.Root, "tests/ColdStart/bin/Release/net10.0/ColdStart.dll");
        ProcessStartInfo start = new(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            ArgumentList = { program },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments.Split(' '))
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestApp.Cancellation);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestApp.Cancellation);
        await process.WaitForExitAsync(TestApp.Cancellation).Soon($"the end of ColdStart {arguments}");
        Assert.True(process.ExitCode == 0, $"{await output} {await errors}");
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
