using BenchmarkDotNet.Running;
using Visma.Connect.Sdk.Benchmarks.Loopback;
using Visma.Connect.Sdk.Benchmarks.Micro;

// Without arguments: everything. "loopback": only what is not BenchmarkDotNet's. Anything else goes to BenchmarkDotNet as it is.
bool everything = args.Length == 0;
if (everything || args is not ["loopback"])
{
    BenchmarkSwitcher.FromAssembly(typeof(WarmCall).Assembly).Run(everything ? ["--filter", "*"] : args, ShortInProcess.Config);
}

if (everything || args is ["loopback"])
{
    Figure.Print(
    [
        await TenantMemory.MeasureAsync(),
        await Stampede.MeasureAsync(),
        await RejectionStorm.MeasureAsync(),
        await RenewalUnderLoad.MeasureOneAsync(),
        await RenewalUnderLoad.MeasureFloorAsync(),
    ]);
}
