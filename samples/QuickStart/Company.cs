namespace QuickStart;

/// <summary>A customer company: its name and its tenant id.</summary>
internal sealed record Company(string Name, string Tenant);
