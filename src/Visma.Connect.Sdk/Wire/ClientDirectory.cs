using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>The clients of the settings by name, as the settings stand now, and the typed client of each.</summary>
internal sealed class ClientDirectory(
    IOptionsMonitor<VismaConnectOptions> options,
    IHttpClientFactory http,
    TimeProvider time,
    ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<string, VismaConnectClient> _connectClients = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The client of a key, if the key fits it.</summary>
    /// <exception cref="InvalidOperationException">There is no such client, or the key names a tenant where it may not, or none where it must.</exception>
    public RegisteredClient Find(TokenKey key)
    {
        RegisteredClient client = Find(key.Client);
        return (client.Options.Tenant, key.Tenant) switch
        {
            (TenantUse.Required, null) => throw new InvalidOperationException(
                $"A token of client '{key.Client}' is for one company, and none is named. Call request.SetTenant(...), use "
                + "VismaClients<T>.ForTenant(...) or TokenKey.ForTenant(...); or, if the client has a default tenant or none, set its Tenant to Optional or None."),
            (TenantUse.None, { } tenant) => throw new InvalidOperationException(
                $"Tenant '{tenant}' is named for client '{key.Client}', whose tokens have none (its Tenant is None). Use TokenKey.ForClient(...), "
                + "or set its Tenant to Required or Optional."),
            _ => client,
        };
    }

    /// <summary>The typed client for Visma Connect of a name; it reads the settings at each request.</summary>
    public VismaConnectClient ConnectClient(string name) => _connectClients.GetOrAdd(
        name,
        added => new VismaConnectClient(
            () => Find(added),
            () => TokenHttpClient.Configure(http.CreateClient(TokenHttpClient.Name)),
            time,
            loggers.CreateLogger(Log.Category)));

    private RegisteredClient Find(string name)
    {
        VismaConnectOptions settings = options.CurrentValue;
        if (!settings.Clients.TryGetValue(name, out VismaClientOptions? client))
        {
            throw new InvalidOperationException(
                $"There is no client '{name}' in {settings.Section}:Clients. It has: {string.Join(", ", settings.Clients.Keys)}.");
        }

        return new RegisteredClient(name, client, settings.FindAuthority(client.Authority)!);
    }
}
