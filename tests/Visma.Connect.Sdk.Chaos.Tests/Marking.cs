namespace Visma.Connect.Sdk.Chaos;

/// <summary>A mark that a process saved.</summary>
internal sealed class Marking(Process by, string id, TimeSpan at)
{
    public Process By => by;

    public string Id => id;

    public TimeSpan At => at;

    /// <summary>When others may take over, if the owner is silent.</summary>
    public TimeSpan LapsesAt { get; set; }

    /// <summary>When the entry had no longer this mark.</summary>
    public TimeSpan? RemovedAt { get; set; }
}
