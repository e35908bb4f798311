using Duende.IdentityModel;

namespace Visma.Connect.Sdk;

/// <summary>What to request with the client credentials grant (RFC 6749 section 4.4). Every part is optional.</summary>
/// <remarks>Not thread-safe while it is being changed. A request that has been sent can be changed and used again.</remarks>
public sealed class ClientCredentialsRequest
{
    /// <summary>
    /// The customer company, sent as <c>tenant_id</c> (https://docs.connect.visma.com/docs/service-applications). Default: null, which sends none.
    /// </summary>
    public string? TenantId { get; set; }

    /// <summary>The scopes to request. Default: none, which sends no scope; the token then has the scopes of the application.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>Further form parameters, for parameters that Visma adds later. It cannot contain the parameters that the library sets.</summary>
    public IDictionary<string, string> Parameters { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    internal TokenRequest ToTokenRequest(ConfiguredClient client)
    {
        TokenRequest request = TokenRequest.ForService(client, TenantId, Scopes.ToArray());
        foreach (KeyValuePair<string, string> parameter in Parameters)
        {
            if (parameter.Key is OidcConstants.TokenRequest.GrantType or OidcConstants.TokenRequest.Scope or TokenRequest.TenantParameter
                or OidcConstants.TokenRequest.ClientId or OidcConstants.TokenRequest.ClientSecret)
            {
                throw new ArgumentException($"Parameter '{parameter.Key}' has its own property or setting; set it there.");
            }

            request.Add(parameter.Key, parameter.Value);
        }

        return request;
    }
}
