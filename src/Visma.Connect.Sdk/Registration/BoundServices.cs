using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>
/// The services of a scope, as a bound client gets them: HttpClients with tokens are bound to one tenant or connection, and so are those inside the
/// transient services that it takes. Scoped and singleton services are shared with others, so they stay as they are.
/// </summary>
internal sealed class BoundServices(IServiceProvider provider, TypedClientActivator activator, object named) : IKeyedServiceProvider, IHttpClientFactory
{
    [ThreadStatic]
    private static long _createdOnThisThread;

    /// <summary>Whether the IHttpClientFactory was requested. A typed client that did not request it has no HttpClient, and cannot be bound.</summary>
    public bool GaveFactory { get; private set; }

    /// <summary>Whether an HttpClient with tokens was created.</summary>
    public bool GaveBoundClient { get; private set; }

    /// <summary>Whether an HttpClient without tokens was created.</summary>
    public bool GaveOtherClient { get; private set; }

    /// <summary>Counts an HttpClient with tokens that is created on this thread.</summary>
    public static void CountClient() => _createdOnThisThread++;

    public object? GetService(Type serviceType)
    {
        if (serviceType == typeof(IServiceProvider))
        {
            return this;
        }

        if (serviceType == typeof(IHttpClientFactory))
        {
            GaveFactory = true;
            return this;
        }

        return IsTypedFactory(serviceType) ? TypedClientActivator.CreateAgain(provider.GetService(serviceType), this)
            : Bind(serviceType, key: null, () => provider.GetService(serviceType));
    }

    public object? GetKeyedService(Type serviceType, object? serviceKey)
    {
        if (serviceKey is null)
        {
            return GetService(serviceType);
        }

        // AddAsKeyed of Microsoft.Extensions.Http. By default such an HttpClient is shared by its scope, but here each bound client has its own.
        if (serviceType == typeof(HttpClient) && serviceKey is string name && FindTokens(name) is not null && activator.IsKnown(serviceType, serviceKey))
        {
            GaveFactory = true;
            return CreateClient(name);
        }

        return Bind(serviceType, serviceKey, () => (provider as IKeyedServiceProvider)?.GetKeyedService(serviceType, serviceKey));
    }

    public object GetRequiredKeyedService(Type serviceType, object? serviceKey) =>
        GetKeyedService(serviceType, serviceKey) ?? provider.GetRequiredKeyedService(serviceType, serviceKey);

    public HttpClient CreateClient(string name)
    {
        if (FindTokens(name) is null)
        {
            GaveOtherClient = true;
            return provider.GetRequiredService<IHttpClientFactory>().CreateClient(name);
        }

        GaveBoundClient = true;
        HttpMessageHandler pooled = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(name);
        HttpClient client = new(new BoundTokenHandler(named, pooled), disposeHandler: false);
        foreach (Action<HttpClient> configure in provider.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get(name).HttpClientActions)
        {
            configure(client);
        }

        return client;
    }

    // The container creates a service first. If that creates an HttpClient with tokens, it is created again with bound ones.
    private object? Bind(Type serviceType, object? key, Func<object?> getFromContainer)
    {
        ServiceDescriptor? registration = activator.Find(serviceType, key);
        bool isOwn = registration is { Lifetime: ServiceLifetime.Transient };
        if (isOwn && activator.UsesHttpClients(registration!))
        {
            return TypedClientActivator.Create(registration!, this);
        }

        long before = _createdOnThisThread;
        object? service = getFromContainer();
        if (_createdOnThisThread == before || (registration is not null && !isOwn))
        {
            return service;
        }

        if (registration is null)
        {
            throw new InvalidOperationException(
                $"A bound client takes {serviceType}, whose HttpClients cannot be bound: they would carry the default token. Take the typed clients one by "
                + "one, or take VismaClientFactory<...> of the typed client.");
        }

        activator.RememberUse(registration);
        return TypedClientActivator.Create(registration, this);
    }

    private TokenRegistration? FindTokens(string name) => provider.GetRequiredService<TokenRegistrations>().Find(name);

    private static bool IsTypedFactory(Type type) => type.IsConstructedGenericType && type.GetGenericTypeDefinition() == typeof(ITypedHttpClientFactory<>);
}
