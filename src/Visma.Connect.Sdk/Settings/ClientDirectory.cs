using System.Collections.Concurrent;

namespace Visma.Connect.Sdk;

/// <summary>Finds clients by name in the current settings, and reports which ones a change of the settings affects.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ClientDirectory
{
    // What the tokens that were given out belong to. Only Compare replaces an entry: a lookup that comes before it, and sees the new
    // settings already, must not hide the change from it.
    private readonly ConcurrentDictionary<string, ConfiguredClient> _compared = new(StringComparer.OrdinalIgnoreCase);
    private readonly LiveSettings _live;
    private readonly TokenRegistrations _registrations;
    private readonly ConcurrentDictionary<string, (VismaConnectOptions Settings, ConfiguredClient Client)> _registered = new(StringComparer.OrdinalIgnoreCase);

    public ClientDirectory(LiveSettings live, TokenRegistrations registrations)
    {
        _live = live;
        _registrations = registrations;
        live.Changed += Compare;
    }

    /// <summary>Tells which clients have become another application, ask for other scopes, or ask elsewhere.</summary>
    public event Action<ISet<string>>? Changed;

    /// <summary>The client of a key, if the key fits it.</summary>
    /// <exception cref="InvalidOperationException">There is no such client, or the key names a tenant where it may not, or none where it must.</exception>
    public ConfiguredClient Find(TokenKey key)
    {
        ConfiguredClient client = Find(key.Client);
        if (key.Connection is not null)
        {
            return client;
        }

        if (!client.Authority.GrantTypes.Contains(GrantTypes.ClientCredentials))
        {
            throw new InvalidOperationException(
                $"A token of client '{key.Client}' is that of a user, and no connection is named: authority '{client.Authority.Name}' gives no service "
                + "tokens. Call request.SetConnection(...), or use VismaClientFactory<T>.ForConnection(...) or TokenKey.ForConnection(...).");
        }

        return (client.Options.TenantUse, key.TenantId) switch
        {
            (TenantUse.Required, null) => throw new InvalidOperationException(
                $"A token of client '{key.Client}' is for one company, and none is named. Call request.SetTenant(...), use "
                + "VismaClientFactory<T>.ForTenant(...) or TokenKey.ForTenant(...); for a user's token SetConnection or ForConnection; or, if the client has a "
                + "default tenant or none, set its TenantUse to Optional or None."),
            (TenantUse.None, { } tenant) => throw new InvalidOperationException(
                $"Tenant '{VisibleText.Of(tenant)}' is named for client '{key.Client}', whose tokens have none (its TenantUse is None). Use TokenKey.ForClient(...), "
                + "or set its TenantUse to Required or Optional."),
            _ => client,
        };
    }

    /// <exception cref="InvalidOperationException">There is no such client.</exception>
    public ConfiguredClient Find(string name)
    {
        VismaConnectOptions settings = _live.Current;
        if (_registered.TryGetValue(name, out (VismaConnectOptions Settings, ConfiguredClient Client) known) && ReferenceEquals(known.Settings, settings))
        {
            return known.Client;
        }

        if (!settings.Clients.TryGetValue(name, out VismaClientOptions? client))
        {
            throw new InvalidOperationException($"There is no client '{name}' in {settings.Section}:Clients. {settings.DescribeClients()}");
        }

        VismaApi[] apis = [.. _registrations.ApisOf(name, settings)];
        ConfiguredClient registered = new(
            name,
            client,
            settings.FindAuthority(client.Authority)!,
            ScopesOf(client, apis.SelectMany(api => api.ServiceScopes)),
            ScopesOf(client, apis.SelectMany(api => api.UserScopes)));
        _registered[name] = (settings, registered);
        _compared.TryAdd(name, registered);
        return registered;
    }

    /// <summary>The APIs that the HttpClients of a client call; empty if there are none, or no such client.</summary>
    public IEnumerable<VismaApi> ApisOf(string name) => _registrations.ApisOf(name, _live.Current);

    // The client's own scopes, or if it has none the usual scopes of the APIs that its HttpClients call.
    private static string[] ScopesOf(VismaClientOptions client, IEnumerable<string> ofApis) =>
        client.Scopes.Count > 0 ? [.. client.Scopes] : [.. ofApis.Distinct(StringComparer.Ordinal)];

    private void Compare()
    {
        HashSet<string> changed = new(StringComparer.OrdinalIgnoreCase);
        lock (_compared)
        {
            foreach ((string name, ConfiguredClient before) in _compared)
            {
                ConfiguredClient? now = _live.Current.Clients.ContainsKey(name) ? Find(name) : null;
                if (now?.GetsTheTokensOf(before) == true)
                {
                    continue;
                }

                changed.Add(name);
                if (now is null)
                {
                    _compared.TryRemove(name, out _);
                }
                else
                {
                    _compared[name] = now;
                }
            }
        }

        Changed?.Invoke(changed);
    }
}
