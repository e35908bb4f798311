using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Visma.Connect.Sdk.Benchmarks.Micro;

/// <summary>A row and its baseline, one after the other in one process. Their difference counts, not the nanoseconds of the machine.</summary>
internal static class ShortInProcess
{
    public static IConfig Config { get; } = ManualConfig.CreateEmpty()
        .AddJob(Job.ShortRun
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithIterationTime(TimeInterval.FromMilliseconds(25))
            .WithWarmupCount(30)
            .WithIterationCount(60))
        .AddLogger(ConsoleLogger.Default)
        .AddColumnProvider(DefaultColumnProviders.Descriptor, DefaultColumnProviders.Params)
        .AddColumn(StatisticColumn.Min, StatisticColumn.Median, StatisticColumn.OperationsPerSecond, OverBaselineColumn.Ratio, OverBaselineColumn.Time, OverBaselineColumn.Bytes)
        .AddColumnProvider(DefaultColumnProviders.Metrics)
        .AddDiagnoser(MemoryDiagnoser.Default);
}
