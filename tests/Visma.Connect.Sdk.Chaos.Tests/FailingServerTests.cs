using System.Globalization;

namespace Visma.Connect.Sdk.Chaos;

/// <summary>
/// FakeVisma fails at random for 200 tenants and 50 connections. <c>VISMA_FULL_TESTS=1</c> runs ten seeds; <c>VISMA_CHAOS_SEED=17</c> repeats
/// a run: the same faults come to the same requests of each tenant and connection. The pauses that the library draws at random differ.
/// </summary>
[Collection("virtual time")]
public class FailingServerTests
{
    private const int Calls = 20_000;

    private static readonly int FirstSeed = int.Parse(Environment.GetEnvironmentVariable("VISMA_CHAOS_SEED") ?? "1", CultureInfo.InvariantCulture);

    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(FirstSeed, Environment.GetEnvironmentVariable("VISMA_FULL_TESTS") == "1" ? 10 : 1)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_call_ends_well_or_honestly_while_the_server_fails_and_one_tenant_is_dead(int seed)
    {
        FailingServerRun run = await RunAsync(seed, hasDeadTenant: true);
        FailingServerRun without = await RunAsync(seed, hasDeadTenant: false);

        double ratio = run.MeanWait / without.MeanWait;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"FailingServer: seed {seed}, {run.Figures}; others wait {run.MeanWait.TotalSeconds:0.000} s with the dead tenant, "
                + $"{without.MeanWait.TotalSeconds:0.000} s without it, ratio {ratio:0.000}"));
        TestContext.Current.TestOutputHelper?.WriteLine(run.Details);
        Assert.True(run.Violations.IsEmpty, Report(seed, run));
        Assert.True(without.Violations.IsEmpty, Report(seed, without));
        Assert.InRange(ratio, 0.9, 1.1);
        Assert.InRange(run.FaultRate, 0.28, 0.32);

        // The pauses of 22.5 to 30 seconds end, too, and other tenants do not hold this one back for long.
        Assert.InRange(run.AttemptsForDeadTenant, 1, 8);
    }

    private static async Task<FailingServerRun> RunAsync(int seed, bool hasDeadTenant)
    {
        await using FailingServerRun run = new(seed, Calls, hasDeadTenant);
        await run.StartAsync();
        await World.OnOwnThreadAsync(run.Run);
        return run;
    }

    private static string Report(int seed, FailingServerRun run) =>
        $"Seed {seed}: {run.Violations.Count} violations. The first ones:\n\n{string.Join("\n\n", run.Violations.Take(5))}\n\n{run.Details}";
}
