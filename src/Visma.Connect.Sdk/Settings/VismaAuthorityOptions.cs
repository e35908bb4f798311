namespace Visma.Connect.Sdk;

/// <summary>An identity server in the settings: a built-in one at another address, with its differences.</summary>
public sealed class VismaAuthorityOptions
{
    /// <summary>
    /// The built-in authority whose endpoint paths and defaults are copied: <c>VismaConnect</c>, <c>EAccounting</c> or <c>Vni</c>. Default: the
    /// built-in authority of the same name, otherwise <c>VismaConnect</c>.
    /// </summary>
    public string? BasedOn { get; set; }

    /// <summary>
    /// Scheme, host and port of the server: https, or http on loopback. The endpoints have the built-in paths. Null, the default: the
    /// built-in address.
    /// </summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>The issuer, if it differs from the <see cref="BaseAddress"/>. Null, the default: the base address.</summary>
    public string? Issuer { get; set; }

    /// <summary>The token endpoint, if it has another path. Null, the default: the built-in path.</summary>
    public Uri? TokenEndpoint { get; set; }

    /// <summary>
    /// The endpoint at which the library asks whether a refresh token is unspent (RFC 7662 section 2), before it sends a token again whose earlier
    /// send has an unknown outcome: https, or http on loopback. Null, the default: nothing is asked.
    /// </summary>
    /// <remarks>Read <see cref="VismaAuthority.IntrospectionEndpoint"/> before you set it for a server of Visma.</remarks>
    public Uri? IntrospectionEndpoint { get; set; }

    /// <summary>How clients authenticate at the token endpoint, if it differs. Null, the default: as built in.</summary>
    public ClientAuthenticationMethod? TokenEndpointAuthentication { get; set; }

    /// <summary>
    /// Whether the server sends its issuer in an authorization response (<c>iss</c>, RFC 9207), if it differs. Null, the default: as built
    /// in.
    /// </summary>
    public bool? AuthorizationResponseHasIssuer { get; set; }

    // Null if BasedOn is not a built-in authority. The validator reports that first.
    internal VismaAuthority? Resolve(string name)
    {
        VismaAuthority? basis = VismaAuthority.FindBuiltIn(BasedOn ?? name) ?? (BasedOn is null ? VismaAuthority.VismaConnect : null);
        if (basis is null)
        {
            return null;
        }

        VismaAuthority moved = BaseAddress is { IsAbsoluteUri: true } ? basis.WithBaseAddress(BaseAddress, name) : basis with { Name = name };
        return moved with
        {
            Issuer = Issuer ?? moved.Issuer,
            TokenEndpoint = TokenEndpoint ?? moved.TokenEndpoint,
            IntrospectionEndpoint = IntrospectionEndpoint ?? moved.IntrospectionEndpoint,
            AuthorizationResponseHasIssuer = AuthorizationResponseHasIssuer ?? moved.AuthorizationResponseHasIssuer,
            TokenEndpointAuthentication = TokenEndpointAuthentication ?? moved.TokenEndpointAuthentication,
        };
    }
}
