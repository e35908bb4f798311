namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>Tests that start processes. They run alone, because they need the whole machine.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public class ProcessTests
{
    public const string Name = "Processes";
}
