using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>
/// The factory that the container gives to applications: it creates a typed client over HttpClients that are bound to one tenant or connection.
/// </summary>
internal sealed class BoundClientFactory<T>(IServiceProvider provider) : VismaClientFactory<T>
    where T : class
{
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
        BoundServices bound = new(provider, named);
        T client = (T?)provider.GetRequiredService<TypedClientActivator>().Create(typeof(T), bound)
            ?? throw new InvalidOperationException(
                $"There is no typed client {name}. Register it: services.AddHttpClient<{name}>().AddVismaToken(...).");
        if (!bound.GaveFactory)
        {
            throw new InvalidOperationException(
                $"{name} has no HttpClient of its own, so it cannot be bound. Inject VismaClientFactory<...> of the typed client that it uses.");
        }

        // A client that only took the IHttpClientFactory creates its HttpClients later, and they are bound then.
        return bound.GaveBoundClient || !bound.GaveOtherClient
            ? client
            : throw new InvalidOperationException($"The HttpClient of {name} carries no tokens. Add .AddVismaToken(...) to its registration.");
    }
}
