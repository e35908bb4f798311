namespace Visma.Connect.Sdk;

/// <summary>What an identity server says about itself in its discovery document (RFC 8414 section 2).</summary>
internal sealed record AuthorityMetadata(string Issuer)
{
    public Uri? AuthorizationEndpoint { get; init; }

    public Uri? TokenEndpoint { get; init; }

    public Uri? RevocationEndpoint { get; init; }

    public Uri? UserInfoEndpoint { get; init; }

    public Uri? EndSessionEndpoint { get; init; }

    public Uri? KeysEndpoint { get; init; }

    public bool? AuthorizationResponseHasIssuer { get; init; }

    /// <summary>Whether clients cannot authenticate by Basic, but by the form.</summary>
    public bool RequiresSecretInForm { get; init; }

    /// <summary>Whether it is of an issuer. Servers differ in the slash at the end, also from their own documentation.</summary>
    public bool IsOf(string issuer) => string.Equals(Issuer.TrimEnd('/'), issuer.TrimEnd('/'), StringComparison.Ordinal);

    /// <summary>Returns the authority with these endpoints. It keeps an endpoint that the document does not name.</summary>
    /// <remarks>
    /// The introspection endpoint is not among them: a server that has one need not answer about refresh tokens, and a question can end connections. See
    /// <see cref="VismaAuthority.IntrospectionEndpoint"/>.
    /// </remarks>
    public VismaAuthority ApplyTo(VismaAuthority authority)
    {
        VismaAuthority discovered = authority with
        {
            Issuer = Issuer,
            AuthorizationEndpoint = AuthorizationEndpoint ?? authority.AuthorizationEndpoint,
            RevocationEndpoint = RevocationEndpoint ?? authority.RevocationEndpoint,
            UserInfoEndpoint = UserInfoEndpoint ?? authority.UserInfoEndpoint,
            EndSessionEndpoint = EndSessionEndpoint ?? authority.EndSessionEndpoint,
            KeysEndpoint = KeysEndpoint ?? authority.KeysEndpoint,
            AuthorizationResponseHasIssuer = AuthorizationResponseHasIssuer ?? authority.AuthorizationResponseHasIssuer,
            TokenEndpointAuthentication = RequiresSecretInForm ? ClientAuthenticationMethod.ClientSecretPost : authority.TokenEndpointAuthentication,
        };
        return TokenEndpoint is null ? discovered : discovered with { TokenEndpoint = TokenEndpoint };
    }
}
