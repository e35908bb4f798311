using BenchmarkDotNet.Running;
using Visma.Connect.Sdk.Benchmarks;
using Visma.Connect.Sdk.Benchmarks.Loopback;
using Visma.Connect.Sdk.Benchmarks.Micro;

// Without arguments: everything. "bars": only the table of bars, in about a minute. Other arguments are passed to BenchmarkDotNet.
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
