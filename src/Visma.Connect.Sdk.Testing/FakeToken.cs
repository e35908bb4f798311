namespace Visma.Connect.Sdk.Testing;

/// <summary>An access token that was given out.</summary>
internal sealed record FakeToken(string Value, string? TenantId, IReadOnlyList<string> Scopes, DateTimeOffset ExpiresAt);
