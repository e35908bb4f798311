using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>
/// The factory that the container gives to applications: it creates a typed client over HttpClients that are bound to one tenant or connection.
/// </summary>
internal sealed class BoundClientFactory<T> : VismaClientFactory<T>
    where T : class
{
    private readonly IServiceProvider _provider;
    private readonly object? _key;

    public BoundClientFactory(IServiceProvider provider) => _provider = provider;

    /// <summary>Creates the factory of a typed client that is a keyed service.</summary>
    public BoundClientFactory(IServiceProvider provider, [ServiceKey] object key)
        : this(provider) => _key = key;

    public override T ForTenant(string tenantId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(tenantId);
        return Create(tenantId);
    }

    public override T ForConnection(string connection)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connection);
        return Create(new ConnectionName(connection));
    }

    private T Create(object named)
    {
        string name = typeof(T).Name;
        TypedClientActivator activator = _provider.GetRequiredService<TypedClientActivator>();
        BoundServices bound = new(_provider, activator, named);
        T client = (activator.Find(typeof(T), _key) is { } registration ? (T?)TypedClientActivator.Create(registration, bound) : null)
            ?? throw NotRegistered(name, activator);
        if (!bound.GaveFactory)
        {
            throw new InvalidOperationException(
                $"{name} cannot be bound: neither it nor a transient service that it takes has an HttpClient. Scoped and singleton services are shared, and "
                + "are never bound. Register what has the typed client as transient, or inject VismaClientFactory<...> of the typed client there.");
        }

        // A client that only took the IHttpClientFactory creates its HttpClients later, and they are bound then.
        return bound.GaveBoundClient || !bound.GaveOtherClient
            ? client
            : throw new InvalidOperationException($"The HttpClient of {name} carries no tokens. Add .AddVismaToken(...) to its registration.");
    }

    private InvalidOperationException NotRegistered(string name, TypedClientActivator activator) => new(
        _key is not null && activator.Find(typeof(T), key: null) is not null
            ? $"The typed client {name} is registered without a key, and not with the key '{_key}'. Inject VismaClientFactory<{name}> without a key."
        : _key is not null
            ? $"There is no typed client {name} with the key '{_key}'. Inject its factory with the key of its registration, or register it with this key."
        : activator.IsKeyed(typeof(T))
            ? $"The typed client {name} is a keyed service. Inject its factory with the same key: [FromKeyedServices(...)] VismaClientFactory<{name}>."
        : $"There is no typed client {name}. Register it: services.AddHttpClient<{name}>().AddVismaToken(...).");
}
