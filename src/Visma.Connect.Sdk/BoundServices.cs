using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>The services of a scope, except that HttpClients with tokens are bound to one tenant.</summary>
internal sealed class BoundServices(IServiceProvider provider, string tenant) : IServiceProvider, IHttpClientFactory
{
    private bool _gaveFactory;
    private bool _gaveBound;
    private bool _gaveUnbound;

    /// <summary>Whether what was made with these services has an HttpClient with tokens, or took the factory to make one later.</summary>
    public bool CarryTokens => _gaveBound || (_gaveFactory && !_gaveUnbound);

    public object? GetService(Type serviceType)
    {
        _gaveFactory |= serviceType == typeof(IHttpClientFactory);
        return serviceType == typeof(IHttpClientFactory) || serviceType == typeof(IServiceProvider) ? this : provider.GetService(serviceType);
    }

    public HttpClient CreateClient(string name)
    {
        if (provider.GetRequiredService<IOptionsMonitor<VismaTokenOptions>>().Get(name).Use is null)
        {
            _gaveUnbound = true;
            return provider.GetRequiredService<IHttpClientFactory>().CreateClient(name);
        }

        _gaveBound = true;
        HttpMessageHandler pooled = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(name);
        HttpClient client = new(new TenantHandler(tenant) { InnerHandler = pooled }, disposeHandler: false);
        foreach (Action<HttpClient> configure in provider.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get(name).HttpClientActions)
        {
            configure(client);
        }

        return client;
    }
}
