using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// An OpenID Connect server that runs: its address, its signing key, and the faults that a test has switched on. Its endpoints share it.
/// </summary>
/// <remarks>The properties mean what the properties of <see cref="FakeIdentityServer"/> with the same names mean.</remarks>
internal sealed class FakeAuthority(FakeAuthorityRules rules, Uri address)
{
    private volatile FakeSigningKey _key = new(rules.Real.Name == VismaAuthority.VismaConnect.Name ? 0 : 1);

    public FakeAuthorityRules Rules => rules;

    /// <summary>Visma's server, for which this one stands.</summary>
    public VismaAuthority Real => rules.Real;

    public Uri Address => address;

    public string Issuer { get; } = address.GetLeftPart(UriPartial.Authority);

    public bool IsVismaConnect => Real.Name == VismaAuthority.VismaConnect.Name;

    public FakeSigningKey Key => _key;

    public bool SendsIssuer { get; set; } = true;

    public Action<JsonObject>? ChangeIdTokenHeader { get; set; }

    public Action<JsonObject>? ChangeIdTokenClaims { get; set; }

    public bool BreakIdTokenSignature { get; set; }

    public bool PublishesSecondKey { get; set; }

    public Action<JsonObject>? ChangeUserInfo { get; set; }

    public Action<JsonObject>? ChangeDiscovery { get; set; }

    public void RotateKey(bool keepsId) => _key = _key.Next(keepsId);
}
