using System.Globalization;

namespace Visma.Connect.Sdk.Chaos;

/// <summary>
/// Everything around the library fails at random, and no connection is lost that a client can save. <c>VISMA_FULL_TESTS=1</c> runs it at full
/// size. <c>VISMA_CHAOS_SEED=17</c> repeats a run: the same faults come to the same requests. The pauses that the library itself draws at random
/// differ, so a rare failure can need some runs. <c>VISMA_CHAOS_CALLS=500000</c> sets the number of calls of each mode.
/// </summary>
[Collection("virtual time")]
public class ChaosTests
{
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("VISMA_FULL_TESTS") == "1";

    [Fact]
    public Task With_a_grace_period_no_connection_is_lost_that_can_be_saved() => RunAsync(Mode.WithGrace);

    [Fact]
    public Task Without_a_grace_period_no_connection_is_lost_that_can_be_saved() => RunAsync(Mode.WithoutGrace);

    [Fact]
    public Task With_detection_by_user_no_connection_is_lost_that_can_be_saved() => RunAsync(Mode.DetectionByUser);

    private static async Task RunAsync(Mode mode)
    {
        int seed = int.Parse(Environment.GetEnvironmentVariable("VISMA_CHAOS_SEED") ?? "1", CultureInfo.InvariantCulture);
        long calls = long.Parse(Environment.GetEnvironmentVariable("VISMA_CHAOS_CALLS") ?? (IsFull ? "60000" : "3500"), CultureInfo.InvariantCulture);
        ChaosRun run = new(mode, seed, connections: IsFull ? 36 : 12, calls);
        await World.OnOwnThreadAsync(run.Run);
        TestContext.Current.TestOutputHelper?.WriteLine($"{TestContext.Current.TestMethod?.MethodName}: seed {seed}, {run.Figures}");
        string first = string.Join("\n\n", run.Violations.Take(5));
        Assert.True(run.Violations.Count == 0, $"Seed {seed}, {mode}: {run.Violations.Count} violations. The first ones:\n\n{first}");
    }
}
