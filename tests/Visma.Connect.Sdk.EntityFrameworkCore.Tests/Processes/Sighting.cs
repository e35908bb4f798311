namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>A token, new to a worker: the beginning of its hash.</summary>
public sealed record Sighting(string Connection, string Token, DateTimeOffset ExpiresAt);
