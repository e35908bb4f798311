using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>
/// Makes typed clients that are bound to one customer company: hand-written ones, and generated ones (NSwag, Refit, Kiota) that know
/// nothing of tenants.
/// </summary>
/// <typeparam name="T">A typed client as registered with <c>AddHttpClient&lt;T&gt;().AddVismaToken(...)</c>.</typeparam>
/// <remarks>
/// Thread-safe. Clients of all companies share the pooled handlers and connections; making one is cheap, so make it where it is used and
/// do not keep it, as with any typed client.
/// </remarks>
public sealed class VismaClients<T>
    where T : class
{
    private readonly IServiceProvider _provider;

    /// <summary>Called by the container.</summary>
    /// <param name="provider">The scope to make clients in.</param>
    public VismaClients(IServiceProvider provider) => _provider = provider;

    /// <summary>Makes a client whose every request carries the service token of one company.</summary>
    /// <param name="tenant">The company's tenant id.</param>
    /// <exception cref="ArgumentException">The tenant is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> is not registered, or its HttpClient has no <c>AddVismaToken</c>.</exception>
    public T ForTenant(string tenant)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(tenant);
        BoundServices bound = new(_provider, tenant);
        T client = (T?)_provider.GetRequiredService<RegisteredServices>().Create(typeof(T), bound)
            ?? throw new InvalidOperationException(
                $"There is no typed client {typeof(T).Name}. Register it: services.AddHttpClient<{typeof(T).Name}>().AddVismaToken(...).");
        return bound.CarryTokens
            ? client
            : throw new InvalidOperationException(
                $"The HttpClient of {typeof(T).Name} carries no tokens. Add .AddVismaToken(...) to its registration.");
    }
}
