using BenchmarkDotNet.Running;
using Visma.Connect.Sdk.Benchmarks.Micro;

// Without arguments: everything. Arguments go to BenchmarkDotNet as they are.
BenchmarkSwitcher.FromAssembly(typeof(WarmCall).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, ShortInProcess.Config);
