namespace Visma.Connect.Sdk;

/// <summary>An identity server in the settings: a built-in one at another address, with what differs.</summary>
public sealed class VismaAuthorityOptions
{
    /// <summary>
    /// The built-in authority it is like: <c>VismaConnect</c>, <c>EAccounting</c> or <c>Vni</c>. Default: the one of the same name, else
    /// <c>VismaConnect</c>.
    /// </summary>
    public string? BasedOn { get; set; }

    /// <summary>Its address: https, or http on loopback. The endpoints are at the same paths there. Null: where the built-in one is.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>Its issuer, where that is not simply the <see cref="BaseAddress"/>.</summary>
    public string? Issuer { get; set; }

    /// <summary>Its token endpoint, where that is not at the usual path.</summary>
    public Uri? TokenEndpoint { get; set; }

    /// <summary>How clients authenticate at its token endpoint, where that differs.</summary>
    public ClientAuthenticationMethod? TokenEndpointAuthentication { get; set; }

    /// <summary>Whether it names itself in the answer to an authorization request (<c>iss</c>, RFC 9207), where that differs.</summary>
    public bool? AuthorizationResponseHasIssuer { get; set; }

    // Null when BasedOn names nothing that exists; the validator says so before anybody asks.
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
            AuthorizationResponseHasIssuer = AuthorizationResponseHasIssuer ?? moved.AuthorizationResponseHasIssuer,
            TokenEndpointAuthentication = TokenEndpointAuthentication ?? moved.TokenEndpointAuthentication,
        };
    }
}
