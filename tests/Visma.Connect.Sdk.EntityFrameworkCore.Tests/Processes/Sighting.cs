namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>A token that was new to a worker, as the beginning of its hash.</summary>
public sealed record Sighting(string Connection, string Token, DateTimeOffset ExpiresAt);
