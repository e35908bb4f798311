using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>
/// Makes typed clients that are bound to one customer company or connection: hand-written ones, and generated ones (NSwag, Refit, Kiota)
/// that know nothing of tenants. Take it in a constructor.
/// </summary>
/// <typeparam name="T">
/// A typed client as registered with <c>AddHttpClient&lt;T&gt;().AddVismaToken(...)</c>. Where one type is registered over several
/// HttpClients, the last registration counts.
/// </typeparam>
/// <remarks>
/// Thread-safe. What is bound is the HttpClient of <typeparamref name="T"/>, not one of another typed client that it takes. Clients of
/// all companies share the pooled handlers and connections; making one is cheap, so make it where it is used and do not keep it,
/// as with any typed client.
/// </remarks>
public sealed class VismaClientFactory<T>
    where T : class
{
    private readonly Func<object, T> _create;

    /// <summary>Called by the container.</summary>
    /// <param name="provider">The scope to make clients in.</param>
    public VismaClientFactory(IServiceProvider provider) => _create = named => Create(provider, named);

    /// <summary>Makes clients in a way of one's own, for a test without a container.</summary>
    /// <param name="create">Makes the client of a tenant id, or of a connection.</param>
    public VismaClientFactory(Func<string, T> create) => _create = named => create(named is ConnectionName connection ? connection.Value : (string)named);

    /// <summary>Makes a client whose every request carries the service token of one company.</summary>
    /// <param name="tenantId">The company's tenant id.</param>
    /// <exception cref="ArgumentException">The tenant id is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> is not registered, or its HttpClient has no <c>AddVismaToken</c>.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings are wrong; the message names the setting.</exception>
    public T ForTenant(string tenantId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(tenantId);
        return _create(tenantId);
    }

    /// <summary>Makes a client whose every request carries the user token of one connection.</summary>
    /// <param name="connection">The name under which the user connected: see <see cref="VismaConnections"/>.</param>
    /// <exception cref="ArgumentException">The connection is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> is not registered, or its HttpClient has no <c>AddVismaToken</c>.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings are wrong; the message names the setting.</exception>
    public T ForConnection(string connection)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connection);
        return _create(new ConnectionName(connection));
    }

    private static T Create(IServiceProvider provider, object named)
    {
        string name = typeof(T).Name;
        BoundServices bound = new(provider, named);
        T client = (T?)provider.GetRequiredService<TypedClientActivator>().Create(typeof(T), bound)
            ?? throw new InvalidOperationException(
                $"There is no typed client {name}. Register it: services.AddHttpClient<{name}>().AddVismaToken(...).");
        if (!bound.GaveFactory)
        {
            throw new InvalidOperationException(
                $"{name} has no HttpClient of its own, so it cannot be bound. Take VismaClientFactory<...> of the typed client that it uses.");
        }

        // Who took the factory and made nothing yet makes its HttpClients later, bound.
        return bound.GaveBoundClient || !bound.GaveOtherClient
            ? client
            : throw new InvalidOperationException($"The HttpClient of {name} carries no tokens. Add .AddVismaToken(...) to its registration.");
    }
}
