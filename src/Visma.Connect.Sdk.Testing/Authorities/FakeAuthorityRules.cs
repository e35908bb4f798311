namespace Visma.Connect.Sdk.Testing;

/// <summary>The differences between the three servers at which users sign in.</summary>
internal sealed class FakeAuthorityRules
{
    private static readonly string[] OpenIdScopes = ["openid", "email", "profile", "offline_access", "tenants"];

    public static FakeAuthorityRules VismaConnect { get; } = new()
    {
        Real = VismaAuthority.VismaConnect,
        KnownScopes = OpenIdScopes,
        AsksForCompany = true,
        TakesTenantHint = true,
    };

    public static FakeAuthorityRules EAccounting { get; } = new()
    {
        Real = VismaAuthority.EAccounting,
        KnownScopes = OpenIdScopes,
        AsksForCompany = true,
        HasOnlyOneTimeTokens = true,
    };

    // A VNI token is for all companies of the user. A header of each API call names the company.
    public static FakeAuthorityRules Vni { get; } = new()
    {
        Real = VismaAuthority.Vni,
        KnownScopes = ["financialstasks"],
    };

    /// <summary>Visma's server.</summary>
    public required VismaAuthority Real { get; init; }

    /// <summary>The scopes that every client may request.</summary>
    public required IReadOnlyList<string> KnownScopes { get; init; }

    /// <summary>Whether the tokens of a user are for one company, which the user chooses.</summary>
    public bool AsksForCompany { get; init; }

    /// <summary>Whether an authorization request can name the company (<c>tenant_hint</c>), so that the user is not asked.</summary>
    public bool TakesTenantHint { get; init; }

    /// <summary>Whether refresh tokens are one-time, whatever the client's settings are.</summary>
    public bool HasOnlyOneTimeTokens { get; init; }
}
