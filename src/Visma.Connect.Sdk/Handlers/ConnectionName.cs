namespace Visma.Connect.Sdk;

/// <summary>The name of a connection, told apart from a tenant id.</summary>
internal sealed record ConnectionName(string Value);
