namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>The error that a worker got instead of a token.</summary>
public sealed record ReportedError(string Connection, string Type, bool IsTransient, string Reason)
{
    public bool IsEnd => Type == nameof(ReauthorizationRequiredException);
}
