namespace Visma.Connect.Sdk.Testing;

/// <summary>An access token that was given out: by a grant when a user consented, by none to a service.</summary>
internal sealed record FakeToken(
    string Value,
    string Authority,
    FakeClient Client,
    FakeGrant? Grant,
    string? TenantId,
    IReadOnlyList<string> Scopes,
    DateTimeOffset IssuedAt,
    DateTimeOffset ExpiresAt)
{
    public bool Has(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);
}
