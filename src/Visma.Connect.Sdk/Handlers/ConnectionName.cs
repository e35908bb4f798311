namespace Visma.Connect.Sdk;

/// <summary>The name of a connection. It is a separate type, because a tenant id is a string too.</summary>
internal sealed record ConnectionName(string Value);
