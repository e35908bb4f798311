using System.Globalization;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>
/// What an application pays for the library before its first answer and at each call, as far as it is the same on each machine. A change that makes it
/// dearer is allowed, with the new figure here; one that makes it cheaper is welcome, with the new figure too.
/// </summary>
public class ColdStartTests
{
    // Other processors and patches of .NET compile some methods more or fewer.
    private const int Allowance = 20;

    // By one call of an HttpClient with a token, over one with a constant header. "later": over a network that does not answer at once.
    [Theory]
    [InlineData("library", 694)]
    [InlineData("library later", 737)]
    public async Task First_call_compiles_no_more_methods(string start, int figure)
    {
        int methods = await MethodsOfAsync(start) - await MethodsOfAsync(start.Replace("library", "floor", StringComparison.Ordinal));

        Assert.True(
            methods <= figure + Allowance,
            $"The library makes the runtime compile {methods} methods before the first answer, and not {figure}. docs/performance.md says what costs methods, "
                + "and this command writes the list of them: DOTNET_JitStdOutFile=methods.txt DOTNET_JitDisasmSummary=1 "
                + $"dotnet tests/ColdStart/bin/Release/net10.0/ColdStart.dll {start}");
    }

    [Fact]
    public async Task First_call_loads_only_these_assemblies()
    {
        string[] floor = await ColdStart.RunAsync("floor assemblies");
        string[] library = await ColdStart.RunAsync("library assemblies");

        // The container compiles a service that it has created twice, in the background: these come sooner or later.
        IEnumerable<string> added = library.Except(floor).Where(name => !name.StartsWith("System.Reflection.", StringComparison.Ordinal));
        Assert.Equal(["System.Text.Encoding.Extensions", "System.Text.Json", "Visma.Connect.Sdk"], added.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Warm_call_allocates_these_bytes()
    {
        string[] bytes = await ColdStart.RunAsync("bytes", ("DOTNET_TieredCompilation", "0"));

        // Over a call that sets a constant header itself and names the same tenant or connection.
        Assert.Equal(
            [
                "default key, at once: -32",
                "default key, later: 120",
                "ForTenant, at once: -32",
                "ForTenant, later: 120",
                "SetTenant, at once: -32",
                "SetTenant, later: 120",
                "SetConnection, at once: 16",
                "SetConnection, later: 168",
            ],
            bytes);
    }

    // Without the methods that the runtime compiles a second time because they are often called.
    private static async Task<int> MethodsOfAsync(string arguments)
    {
        string[] printed = await ColdStart.RunAsync(arguments, ("DOTNET_TC_CallCountingDelayMs", "FFFFFF"));
        // "figures", milliseconds, those of the processor, and the methods.
        return int.Parse(printed[^1].Split(' ')[3], CultureInfo.InvariantCulture);
    }
}
