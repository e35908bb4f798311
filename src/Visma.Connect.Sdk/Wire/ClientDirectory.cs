using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>The clients of the settings by name, as the settings stand now, and the identity server of each.</summary>
internal sealed class ClientDirectory
{
    // What the tokens that were given out belong to. Only Compare replaces an entry: a lookup that comes before it, and sees the new
    // settings already, must not hide the change from it.
    private readonly ConcurrentDictionary<string, RegisteredClient> _compared = new(StringComparer.OrdinalIgnoreCase);
    private readonly LiveSettings _live;
    private readonly IHttpClientFactory _http;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ConcurrentDictionary<string, AuthorizationServer> _servers = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, (VismaConnectOptions Settings, RegisteredClient Client)> _registered = new(StringComparer.OrdinalIgnoreCase);

    public ClientDirectory(LiveSettings live, IHttpClientFactory http, TimeProvider time, ILoggerFactory loggers)
    {
        _live = live;
        _http = http;
        _time = time;
        _loggers = loggers;
        live.Changed += Compare;
    }

    /// <summary>Tells which clients have become another application, ask for other scopes, or ask elsewhere.</summary>
    public event Action<ISet<string>>? Changed;

    /// <summary>The client of a key, if the key fits it.</summary>
    /// <exception cref="InvalidOperationException">There is no such client, or the key names a tenant where it may not, or none where it must.</exception>
    public RegisteredClient Find(TokenKey key)
    {
        RegisteredClient client = Find(key.Client);
        if (key.Connection is not null)
        {
            return client;
        }

        if (!client.Authority.GrantTypes.Contains(GrantTypes.ClientCredentials))
        {
            throw new InvalidOperationException(
                $"A token of client '{key.Client}' is that of a user, and no connection is named: authority '{client.Authority.Name}' gives no service "
                + "tokens. Call request.SetConnection(...), or use VismaClients<T>.ForConnection(...) or TokenKey.ForConnection(...).");
        }

        return (client.Options.TenantUse, key.TenantId) switch
        {
            (TenantUse.Required, null) => throw new InvalidOperationException(
                $"A token of client '{key.Client}' is for one company, and none is named. Call request.SetTenant(...), use "
                + "VismaClients<T>.ForTenant(...) or TokenKey.ForTenant(...); for a user's token SetConnection or ForConnection; or, if the client has a "
                + "default tenant or none, set its TenantUse to Optional or None."),
            (TenantUse.None, { } tenant) => throw new InvalidOperationException(
                $"Tenant '{VisibleText.Of(tenant)}' is named for client '{key.Client}', whose tokens have none (its TenantUse is None). Use TokenKey.ForClient(...), "
                + "or set its TenantUse to Required or Optional."),
            _ => client,
        };
    }

    /// <summary>The identity server of a client by name; it reads the settings at each request.</summary>
    public AuthorizationServer Server(string name) => _servers.GetOrAdd(
        name,
        added => new AuthorizationServer(
            () => Find(added),
            () => TokenHttpClient.Configure(_http.CreateClient(TokenHttpClient.Name)),
            _time,
            _loggers.CreateLogger(Log.Category)));

    /// <exception cref="InvalidOperationException">There is no such client.</exception>
    public RegisteredClient Find(string name)
    {
        VismaConnectOptions settings = _live.Current;
        if (_registered.TryGetValue(name, out (VismaConnectOptions Settings, RegisteredClient Client) known) && ReferenceEquals(known.Settings, settings))
        {
            return known.Client;
        }

        if (!settings.Clients.TryGetValue(name, out VismaClientOptions? client))
        {
            throw new InvalidOperationException($"There is no client '{name}' in {settings.Section}:Clients. {settings.DescribeClients()}");
        }

        RegisteredClient registered = new(name, client, settings.FindAuthority(client.Authority)!, settings.ServiceScopesOf(name), settings.UserScopesOf(name));
        _registered[name] = (settings, registered);
        _compared.TryAdd(name, registered);
        return registered;
    }

    private void Compare()
    {
        HashSet<string> changed = new(StringComparer.OrdinalIgnoreCase);
        lock (_compared)
        {
            foreach ((string name, RegisteredClient before) in _compared)
            {
                RegisteredClient? now = _live.Current.Clients.ContainsKey(name) ? Find(name) : null;
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
