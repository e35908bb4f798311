using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>The services of a scope, with a different IHttpClientFactory: its HttpClients with tokens are bound to one tenant or connection.</summary>
internal sealed class BoundServices(IServiceProvider provider, object named) : IKeyedServiceProvider, IHttpClientFactory
{
    /// <summary>Whether the IHttpClientFactory was requested. A typed client that did not request it has no HttpClient, and cannot be bound.</summary>
    public bool GaveFactory { get; private set; }

    /// <summary>Whether an HttpClient with tokens was created.</summary>
    public bool GaveBoundClient { get; private set; }

    /// <summary>Whether an HttpClient without tokens was created.</summary>
    public bool GaveOtherClient { get; private set; }

    public object? GetService(Type serviceType)
    {
        GaveFactory |= serviceType == typeof(IHttpClientFactory);
        return serviceType == typeof(IHttpClientFactory) || serviceType == typeof(IServiceProvider) ? this : provider.GetService(serviceType);
    }

    public object? GetKeyedService(Type serviceType, object? serviceKey) =>
        (provider as IKeyedServiceProvider)?.GetKeyedService(serviceType, serviceKey);

    public object GetRequiredKeyedService(Type serviceType, object? serviceKey) =>
        provider.GetRequiredKeyedService(serviceType, serviceKey);

    public HttpClient CreateClient(string name)
    {
        if (provider.GetRequiredService<TokenRegistrations>().Find(name) is null)
        {
            GaveOtherClient = true;
            return provider.GetRequiredService<IHttpClientFactory>().CreateClient(name);
        }

        GaveBoundClient = true;
        HttpMessageHandler pooled = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(name);
        HttpClient client = new(new BoundTokenHandler(named) { InnerHandler = pooled }, disposeHandler: false);
        foreach (Action<HttpClient> configure in provider.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get(name).HttpClientActions)
        {
            configure(client);
        }

        return client;
    }
}
