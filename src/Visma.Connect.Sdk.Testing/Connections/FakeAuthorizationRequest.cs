namespace Visma.Connect.Sdk.Testing;

/// <summary>An authorization request (RFC 6749 section 4.1.1) of a registered application, with a redirect URI that is allowed.</summary>
internal sealed class FakeAuthorizationRequest
{
    public required FakeClient Client { get; init; }

    public required string RedirectUri { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public string? State { get; init; }

    public string? Nonce { get; init; }

    public string? CodeChallenge { get; init; }

    /// <summary>Whether the application asks for the choice of a company (<c>prompt=select_account</c>).</summary>
    public bool SelectsCompany { get; init; }

    /// <summary>The company that the application has named (<c>tenant_hint</c>). Null if the user chooses.</summary>
    public string? TenantHint { get; init; }

    public bool IsFormPost { get; init; }

    /// <summary>The <c>iss</c> of the callback (RFC 9207); null when the callback has no <c>iss</c>.</summary>
    public string? Issuer { get; init; }
}
