using Visma.Connect.Sdk.Benchmarks.Caches;
using Visma.Connect.Sdk.Benchmarks.Measuring;
using Visma.Connect.Sdk.Benchmarks.Report;
using Visma.Connect.Sdk.Benchmarks.Rows;

// Without arguments: the table of docs/performance.md and its chart. "caches": the table of the token caches, which needs PostgreSQL.
// "scale": the table of very many tenants and connections.
if (args is ["caches"])
{
    Console.WriteLine(await CacheTable.MeasureAsync());
    return;
}

if (args is ["scale"])
{
    Console.WriteLine(await Scale.MeasureAsync());
    return;
}

Console.Error.WriteLine("Measures calls, then token requests and load, then the start of processes: about four minutes.");
IReadOnlyList<Row> unnamed = await WarmCalls.UnnamedAsync();
IReadOnlyList<Row> load =
[
    await TenantMemory.MeasureAsync(),
    await Throughput.MeasureAsync(),
    await Stampede.MeasureAsync(),
    await RenewalUnderLoad.MeasureAsync(),
    await RejectionStorm.MeasureAsync(),
    await Herd.MeasureAsync(),
    TokenRequests.Measure(),
];
Row[] rows = [.. unnamed, .. WarmCalls.Named(), await ManyTenants.MeasureAsync(), .. load, .. ColdStarts.Measure(), Sizes.Measure()];
Console.WriteLine(Markdown.Of(rows));
await File.WriteAllTextAsync(Repository.Chart, Chart.Of(rows));
