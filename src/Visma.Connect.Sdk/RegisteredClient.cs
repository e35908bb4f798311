namespace Visma.Connect.Sdk;

/// <summary>A client of the settings with its name and its authority, as they stand now.</summary>
internal sealed record RegisteredClient(string Name, VismaClientOptions Options, VismaAuthority Authority);
