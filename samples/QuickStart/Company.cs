namespace QuickStart;

/// <summary>A customer company: what to call it, and its tenant id.</summary>
internal sealed record Company(string Name, string Tenant);
