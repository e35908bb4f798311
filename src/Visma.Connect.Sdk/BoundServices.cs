using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>The services of a scope, except that HttpClients with tokens are bound to one tenant.</summary>
internal sealed class BoundServices(IServiceProvider provider, string tenant) : IServiceProvider, IHttpClientFactory
{
    /// <summary>Whether an HttpClient with tokens was asked for.</summary>
    public bool BoundAny { get; private set; }

    public object? GetService(Type serviceType) =>
        serviceType == typeof(IHttpClientFactory) ? this
        : serviceType == typeof(IServiceProvider) ? this
        : provider.GetService(serviceType);

    public HttpClient CreateClient(string name)
    {
        if (provider.GetRequiredService<IOptionsMonitor<VismaTokenOptions>>().Get(name).Use is null)
        {
            return provider.GetRequiredService<IHttpClientFactory>().CreateClient(name);
        }

        BoundAny = true;
        HttpMessageHandler pooled = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(name);
        HttpClient client = new(new TenantHandler(tenant) { InnerHandler = pooled }, disposeHandler: false);
        foreach (Action<HttpClient> configure in provider.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get(name).HttpClientActions)
        {
            configure(client);
        }

        return client;
    }
}
