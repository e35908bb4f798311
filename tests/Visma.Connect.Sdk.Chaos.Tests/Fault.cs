namespace Visma.Connect.Sdk.Chaos;

/// <summary>An injected fault.</summary>
internal sealed record Fault(string Kind, Connection? Connection, Process? Process, TimeSpan At, TimeSpan Until);
