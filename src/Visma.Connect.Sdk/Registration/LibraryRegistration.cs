using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Every service that the library puts into the container; <see cref="Wiring"/> creates those that are connected with each other.</summary>
internal static class LibraryRegistration
{
    /// <summary>Registers the services, unless an earlier call has registered them.</summary>
    public static void AddTo(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ClientDirectory)))
        {
            return;
        }

        AddSettings(services);
        AddTokens(services);
        AddConnections(services);
        AddProtocolClients(services);
        AddHttpClients(services);
    }

    private static void AddSettings(IServiceCollection services)
    {
        services.AddOptions<VismaConnectOptions>().ValidateOnStart();
        services.AddSingleton(provider => new GuardedLogger(provider.GetRequiredService<ILoggerFactory>(), Log.Category));
        services.AddSingleton<TokenRegistrations>();
        services.AddSingleton<VismaConnectOptionsValidator>();
        services.AddSingleton<IValidateOptions<VismaConnectOptions>>(provider => provider.GetRequiredService<VismaConnectOptionsValidator>());
        services.AddSingleton<LiveSettings>();
        services.AddSingleton<KnownMetadata>();
        services.AddSingleton<ClientDirectory>();
        // Not as an instance: the container compiles code for one that is requested twice.
        services.TryAddSingleton(_ => TimeProvider.System);
    }

    private static void AddTokens(IServiceCollection services)
    {
        services.TryAddSingleton<ITokenCache, MemoryTokenCache>();
        services.TryAddSingleton(TokenEntryProtection.CreateSerializer);
        services.AddSingleton(Wiring.CreateSignals);
        services.AddSingleton(Wiring.CreateRequestRepeats);
        services.AddSingleton(Wiring.CreateAuthorizationServers);
        services.AddSingleton(Wiring.CreateRenewalsInFlight);
        services.AddHostedService(provider => provider.GetRequiredService<RenewalsInFlight>());
        services.AddHostedService<ClientAdvice>();
        services.AddSingleton(Wiring.CreateObservers);
        services.AddSingleton(Wiring.CreatePauses);
        services.AddSingleton(Wiring.CreateRenewalParts);
        services.AddSingleton(Wiring.CreateCircuits);
        services.AddSingleton(Wiring.CreateIdentityServers);
        services.AddSingleton(Wiring.CreateTokenSource);
        services.TryAddSingleton<ITokenSource>(provider => provider.GetRequiredService<CachingTokenSource>());
    }

    private static void AddConnections(IServiceCollection services)
    {
        services.AddSingleton(Wiring.CreateLastingCacheRule);
        services.AddHostedService<LastingCacheStart>();
        services.AddSingleton(Wiring.CreateExpiredClaims);
        services.AddSingleton(Wiring.CreateSharedClaims);
        services.AddSingleton(Wiring.CreateConnections);
        services.AddSingleton(Wiring.CreateBrowserSignIn);
    }

    private static void AddProtocolClients(IServiceCollection services)
    {
        services.AddKeyedSingleton(KeyedService.AnyKey, (provider, name) => new VismaConnectClient(ServerOf(provider, name)));
        services.AddKeyedSingleton(KeyedService.AnyKey, (provider, name) => new EAccountingIdentityClient(ServerOf(provider, name)));
        services.AddKeyedSingleton(KeyedService.AnyKey, (provider, name) => new VniClient(ServerOf(provider, name)));
    }

    private static void AddHttpClients(IServiceCollection services)
    {
        services.AddTransient(typeof(VismaClientFactory<>), typeof(BoundClientFactory<>));
        services.AddKeyedTransient(typeof(VismaClientFactory<>), KeyedService.AnyKey, typeof(BoundClientFactory<>));
        // One for each container that is built of these services: more can be registered between two of them.
        services.AddSingleton(_ => new TypedClientActivator(services));
        services.AddSingleton<FinishedHandlers>();
        services.AddHttpClient(TokenRequestTransport.Name);
        // The first filter completes last, after the filters of the application.
        services.Insert(0, ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, TokenHandlersFilter>());
    }

    private static AuthorizationServer ServerOf(IServiceProvider provider, object? name) =>
        provider.GetRequiredService<AuthorizationServers>().Of((string)name!);
}
