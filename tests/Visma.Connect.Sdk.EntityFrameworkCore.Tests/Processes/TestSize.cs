namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>How much of a long test runs: all of it where <c>VISMA_FULL_TESTS=1</c>, else a small part that shows the same.</summary>
internal static class TestSize
{
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("VISMA_FULL_TESTS") == "1";

    public static int Of(int brief, int full) => IsFull ? full : brief;
}
