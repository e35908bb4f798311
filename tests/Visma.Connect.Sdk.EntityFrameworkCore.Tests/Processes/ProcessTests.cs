namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>Tests that start processes: one at a time, and beside no other test, because they need all of the machine.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public class ProcessTests
{
    public const string Name = "Processes";
}
