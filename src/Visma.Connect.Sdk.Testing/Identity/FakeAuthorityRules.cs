namespace Visma.Connect.Sdk.Testing;

/// <summary>In what the three servers that sign users in differ.</summary>
/// <param name="Authority">Its name.</param>
/// <param name="KnownScopes">The scopes that every client may ask for.</param>
/// <param name="AsksForCompany">Whether the user chooses a company, which its tokens are for.</param>
/// <param name="RefreshTokensAreOneTime">Whether its refresh tokens are one-time whatever the client's settings say.</param>
internal sealed record FakeAuthorityRules(string Authority, IReadOnlyList<string> KnownScopes, bool AsksForCompany, bool RefreshTokensAreOneTime)
{
    private static readonly string[] OpenIdScopes = ["openid", "email", "profile", "offline_access", "tenants"];

    public static FakeAuthorityRules VismaConnect { get; } =
        new(VismaAuthority.VismaConnect.Name, OpenIdScopes, AsksForCompany: true, RefreshTokensAreOneTime: false);

    public static FakeAuthorityRules EAccounting { get; } =
        new(VismaAuthority.EAccounting.Name, OpenIdScopes, AsksForCompany: true, RefreshTokensAreOneTime: true);

    // There a header of each call names the company.
    public static FakeAuthorityRules Vni { get; } =
        new(VismaAuthority.Vni.Name, ["financialstasks"], AsksForCompany: false, RefreshTokensAreOneTime: false);
}
