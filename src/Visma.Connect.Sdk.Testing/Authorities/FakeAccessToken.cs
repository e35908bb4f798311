namespace Visma.Connect.Sdk.Testing;

/// <summary>An access token that an authority issued.</summary>
internal sealed class FakeAccessToken
{
    public required string Value { get; init; }

    /// <summary>The name of the authority that issued it.</summary>
    public required string Authority { get; init; }

    public required FakeClient Client { get; init; }

    /// <summary>The consent that the token is for; null for a service token.</summary>
    public FakeGrant? Grant { get; init; }

    public string? TenantId { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public bool Has(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);
}
