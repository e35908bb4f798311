namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>How much of a long test is done: a little while one writes code, all of it before a change is accepted.</summary>
internal static class TestSize
{
    private const string Variable = "VISMA_FULL_TESTS";

    public static bool IsFull { get; } = Environment.GetEnvironmentVariable(Variable) == "1";

    public static int Of(int brief, int full) => IsFull ? full : brief;

    /// <summary>Skips what is the same again on another database, unless all of it is asked for.</summary>
    public static void RequireFull() => Assert.SkipUnless(IsFull, $"Takes long; it is run where {Variable}=1.");
}
