using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Every service of the endpoints for connecting.</summary>
internal static class ConnectRegistration
{
    /// <summary>Registers the services, unless an earlier call has registered them.</summary>
    public static void AddTo(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ConnectMapping)))
        {
            return;
        }

        services.AddDataProtection();
        services.AddOptions<VismaConnectEndpointOptions>();
        services.TryAddSingleton(provider => new EndpointLogger(provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(provider => new ConnectClients(provider.GetRequiredService<IOptionsMonitor<VismaConnectOptions>>()));
        services.AddSingleton(provider => new ReconnectLinkText(provider.GetRequiredService<IDataProtectionProvider>()));
        services.AddSingleton(CreateLinks);
        services.AddSingleton(CreateMapping);
    }

    private static VismaReconnectLinks CreateLinks(IServiceProvider provider) => new(
        provider.GetRequiredService<IOptions<VismaConnectEndpointOptions>>(),
        provider.GetRequiredService<ConnectClients>(),
        provider.GetRequiredService<VismaConnections>(),
        provider.GetRequiredService<ReconnectLinkText>(),
        provider.GetRequiredService<TimeProvider>());

    private static ConnectMapping CreateMapping(IServiceProvider provider)
    {
        VismaConnectEndpointOptions options = provider.GetRequiredService<IOptions<VismaConnectEndpointOptions>>().Value;
        ConnectClients clients = provider.GetRequiredService<ConnectClients>();
        VismaConnections connections = provider.GetRequiredService<VismaConnections>();
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        EndpointLogger logger = provider.GetRequiredService<EndpointLogger>();
        AttemptCookies cookies = new(provider.GetRequiredService<IDataProtectionProvider>(), time, logger);
        ConnectAnswers answers = new(options, provider.GetRequiredService<IHostEnvironment>());
        ConnectDecision decision = new(options, logger);
        LinkUse links = new(provider.GetRequiredService<SharedClaims>(), time, logger);
        StartEndpoint start = new(options, clients, decision, cookies, answers, connections, time, logger);
        CompletionEndpoint completion = new(options, decision, cookies, answers, links, connections, time, logger);
        return new ConnectMapping(
            options,
            clients,
            decision,
            start,
            new CallbackEndpoint(cookies, answers, completion, time, logger),
            new ReconnectEndpoint(options, clients, decision, answers, start, links, provider.GetRequiredService<ReconnectLinkText>(), time),
            logger);
    }
}
