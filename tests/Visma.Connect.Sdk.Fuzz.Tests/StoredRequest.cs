namespace Visma.Connect.Sdk.Fuzz;

/// <summary>An authorization request that was begun a moment ago.</summary>
public static class StoredRequest
{
    /// <summary>The time of all tests here: what an input is must not depend on when it is tried.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    public static AuthorizationRequest At(VismaAuthority authority, params string[] scopes) => new()
    {
        Url = authority.AuthorizationEndpoint!,
        State = Secrets.State,
        CodeVerifier = Secrets.Verifier,
        Nonce = Secrets.Nonce,
        Issuer = authority.Issuer,
        RequiresIssuer = authority.AuthorizationResponseHasIssuer,
        RedirectUri = "https://acme.example/callback",
        Client = "nxt",
        ClientId = Secrets.ClientId,
        TokenEndpoint = authority.TokenEndpoint,
        Connection = "customer-42",
        Scopes = scopes,
        CreatedAt = Now,
    };
}
