namespace Visma.Connect.Sdk;

/// <summary>What to ask for with the client credentials grant (RFC 6749 section 4.4). Every part is optional.</summary>
public sealed record ClientCredentialsRequest
{
    /// <summary>The customer company, sent as Visma's <c>tenant_id</c> (https://docs.connect.visma.com/docs/service-applications).</summary>
    public string? TenantId { get; init; }

    /// <summary>The scopes to ask for. None: the parameter is left out, and the application's own scopes apply.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Further form parameters, for what Visma adds later. The ones this library sets cannot be given here.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    internal TokenRequest ToTokenRequest(ConfiguredClient client)
    {
        if (!client.Authority.GrantTypes.Contains(GrantTypes.ClientCredentials))
        {
            throw new InvalidOperationException(
                $"Client '{client.Name}' belongs to authority '{client.Authority.Name}', which gives partners no service tokens: a user has to consent.");
        }

        List<KeyValuePair<string, string>> form = [new("grant_type", GrantTypes.ClientCredentials)];
        if (Scopes.Count > 0)
        {
            form.Add(new("scope", string.Join(" ", Scopes)));
        }

        if (TenantId is not null)
        {
            form.Add(new("tenant_id", TenantId));
        }

        foreach (KeyValuePair<string, string> parameter in Parameters)
        {
            if (parameter.Key is "grant_type" or "scope" or "tenant_id" or "client_id" or "client_secret")
            {
                throw new ArgumentException($"Parameter '{parameter.Key}' has a property or setting of its own; give it there.");
            }

            form.Add(parameter);
        }

        return new TokenRequest(client, form) { Scopes = Scopes, TenantId = TenantId };
    }
}
