using System.Collections.Concurrent;

namespace Visma.Connect.Sdk;

/// <summary>Finds clients by name in the current settings, and raises an event for the clients that a change of the settings affects.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ClientDirectory
{
    // The clients at the time when their tokens were handed out. Only Compare replaces an entry: a lookup may see the new settings before
    // Compare runs, and must not hide the change.
    private readonly ConcurrentDictionary<string, ConfiguredClient> _compared = new(StringComparer.OrdinalIgnoreCase);
    private readonly LiveSettings _live;
    private readonly TokenRegistrations _registrations;
    private readonly KnownMetadata _metadata;
    private readonly ConcurrentDictionary<string, Registered> _registered = new(StringComparer.OrdinalIgnoreCase);

    public ClientDirectory(LiveSettings live, TokenRegistrations registrations, KnownMetadata metadata)
    {
        _metadata = metadata;
        metadata.Changed += Compare;
        _live = live;
        _registrations = registrations;
        live.Changed += Compare;
    }

    /// <summary>Raised with the names of the clients that have another client id, token endpoint or list of scopes now, or were removed.</summary>
    public event Action<ISet<string>>? Changed;

    /// <summary>Raised with the names of the clients that authenticate with other secrets or elsewhere now, or were removed.</summary>
    public event Action<ISet<string>>? CredentialsChanged;

    /// <summary>The client of a key.</summary>
    /// <exception cref="InvalidOperationException">
    /// The client does not exist, the key is the key of a claim, it names a tenant although the client has none, or it lacks the tenant or
    /// connection that the client requires.
    /// </exception>
    public ConfiguredClient Find(TokenKey key)
    {
        ConfiguredClient client = Find(key.Client);
        if (key.IsClaim)
        {
            throw new InvalidOperationException($"There is no token for {key}. Name a tenant or a connection.");
        }

        if (key.Connection is not null)
        {
            return client;
        }

        if (!client.Authority.GrantTypes.Contains(GrantTypes.ClientCredentials))
        {
            throw new InvalidOperationException(
                $"A token of client '{key.Client}' is a user's token, and no connection is named: authority '{client.Authority.Name}' has no service "
                + "tokens. Call request.SetConnection(...), or use VismaClientFactory<T>.ForConnection(...) or TokenKey.ForConnection(...).");
        }

        if (key.TenantId is { } copied && CopiedText.HasOuterWhiteSpace(copied))
        {
            throw new InvalidOperationException($"The tenant id of {key} begins or ends with white space. Remove it.");
        }

        return (client.TenantUse, key.TenantId) switch
        {
            (TenantUse.Required, null) => throw new InvalidOperationException(
                $"A token of client '{key.Client}' is for one company, and no tenant is named. Call request.SetTenant(...), or use "
                + "VismaClientFactory<T>.ForTenant(...) or TokenKey.ForTenant(...); for a user's token use SetConnection or ForConnection. If the client has a "
                + "default tenant, set its TenantUse to Optional; if its tokens have no tenant, set it to None."),
            (TenantUse.None, { } tenant) => throw new InvalidOperationException(
                $"Tenant '{VisibleText.Of(tenant)}' is named for client '{key.Client}', whose tokens have no tenant (its TenantUse is None). "
                + "Use TokenKey.ForClient(...), or set its TenantUse to Required or Optional."),
            _ => client,
        };
    }

    /// <summary>Whether the settings have the client.</summary>
    public bool Has(string name) => _live.Current.Clients.ContainsKey(name);

    /// <exception cref="InvalidOperationException">The client does not exist.</exception>
    public ConfiguredClient Find(string name)
    {
        VismaConnectOptions settings = _live.Current;
        int version = _metadata.Version;
        if (_registered.TryGetValue(name, out Registered? known) && ReferenceEquals(known.Settings, settings) && known.MetadataVersion == version)
        {
            return known.Client;
        }

        if (!settings.Clients.TryGetValue(name, out VismaClientOptions? client))
        {
            throw new InvalidOperationException($"There is no client '{name}' in {settings.Section}:Clients. {settings.DescribeClients()}");
        }

        string[]? scopes = client.Scopes.Count > 0 ? client.Scopes.ToArray() : null;
        ConfiguredClient registered = new(
            name,
            client,
            settings.FindAuthority(client.Authority, _metadata)!,
            scopes ?? UsualScopes(name, settings, api => api.ServiceScopes),
            scopes ?? UsualScopes(name, settings, api => api.UserScopes));
        _registered[name] = new Registered(settings, version, registered);
        _compared.TryAdd(name, registered);
        return registered;
    }

    /// <summary>The APIs that the HttpClients of a client call. Empty if the client has no HttpClient, or does not exist.</summary>
    public IEnumerable<VismaApi> ApisOf(string name) => _registrations.ApisOf(name, _live.Current);

    // If the client names no scopes: those of the APIs that its HttpClients call.
    private string[] UsualScopes(string name, VismaConnectOptions settings, Func<VismaApi, IReadOnlyList<string>> ofApi) =>
        [.. _registrations.ApisOf(name, settings).SelectMany(ofApi).Distinct(StringComparer.Ordinal)];

    private void Compare()
    {
        HashSet<string> changed = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string> withOtherCredentials = new(StringComparer.OrdinalIgnoreCase);
        lock (_compared)
        {
            foreach ((string name, ConfiguredClient before) in _compared)
            {
                ConfiguredClient? now = _live.Current.Clients.ContainsKey(name) ? Find(name) : null;
                if (now?.GetsTheTokensOf(before) != true)
                {
                    changed.Add(name);
                }

                if (now?.AuthenticatesLike(before) != true)
                {
                    withOtherCredentials.Add(name);
                }

                if (now is null)
                {
                    _compared.TryRemove(name, out _);
                }
                else if (now.Authority.HasTokenEndpoint || !before.Authority.HasTokenEndpoint)
                {
                    // Until its discovery document is read, the server is not known: then the last known one is compared next time.
                    _compared[name] = now;
                }
            }
        }

        Changed?.Invoke(changed);
        CredentialsChanged?.Invoke(withOtherCredentials);
    }

    private sealed record Registered(VismaConnectOptions Settings, int MetadataVersion, ConfiguredClient Client);
}
