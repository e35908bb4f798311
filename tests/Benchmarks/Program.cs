using BenchmarkDotNet.Running;
using Visma.Connect.Sdk.Benchmarks;
using Visma.Connect.Sdk.Benchmarks.Loopback;
using Visma.Connect.Sdk.Benchmarks.Micro;
using Visma.Connect.Sdk.Benchmarks.Processes;

// Without arguments: everything but "cold". "bars": only the table of bars, in about a minute. "cold": the start of an application, in a minute. Other
// arguments are passed to BenchmarkDotNet.
if (args is ["cold"])
{
    Figure.Print(ColdStarts.Measure());
    return;
}

bool everything = args.Length == 0;
bool onlyBars = args is ["bars"];
if (!onlyBars)
{
    BenchmarkSwitcher.FromAssembly(typeof(WarmCall).Assembly).Run(everything ? ["--filter", "*"] : args, ShortInProcess.Config);
}

if (everything || onlyBars)
{
    Figure.Print(
    [
        .. CallFigures.Measure(),
        await TenantMemory.MeasureAsync(),
        await Stampede.MeasureAsync(),
        await RejectionStorm.MeasureAsync(),
        await RenewalUnderLoad.MeasureOneAsync(),
        await RenewalUnderLoad.MeasureFloorAsync(),
    ]);
}
