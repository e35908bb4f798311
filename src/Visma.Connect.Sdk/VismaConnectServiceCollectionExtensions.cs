using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Registers the library.</summary>
public static class VismaConnectServiceCollectionExtensions
{
    /// <summary>Registers the library with the settings of the section <c>VismaConnect</c> of the application's configuration.</summary>
    /// <param name="services">The service collection, in which a host has registered its <see cref="IConfiguration"/>.</param>
    /// <returns>The service collection.</returns>
    public static IServiceCollection AddVismaConnect(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton<IConfigureOptions<VismaConnectOptions>>(provider => new VismaConnectConfiguration(SectionOf(provider)));
        services.AddSingleton<IOptionsChangeTokenSource<VismaConnectOptions>>(provider => ChangesOf(SectionOf(provider)));
        return services.AddServices();
    }

    /// <summary>Registers the library with settings from configuration, for example <c>Configuration.GetSection("VismaConnect")</c>.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configuration">The section with <c>Clients</c>, <c>Authorities</c> and <c>Apis</c>; changes are followed. An unknown name in it is an error.</param>
    /// <returns>The service collection. May be called more than once: the settings add up.</returns>
    public static IServiceCollection AddVismaConnect(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddSingleton<IConfigureOptions<VismaConnectOptions>>(new VismaConnectConfiguration(configuration));
        services.AddSingleton<IOptionsChangeTokenSource<VismaConnectOptions>>(ChangesOf(configuration));
        return services.AddServices();
    }

    /// <summary>Registers the library with settings from code.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">Sets the options; runs when they are first needed, and again after a change of configuration.</param>
    /// <returns>The service collection. May be called more than once: the settings add up, the later call wins.</returns>
    public static IServiceCollection AddVismaConnect(this IServiceCollection services, Action<VismaConnectOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.Configure(configure);
        return services.AddServices();
    }

    /// <summary>
    /// Changes the HttpClient of token requests: its proxy or certificates, by <c>ConfigurePrimaryHttpMessageHandler</c>. Handlers and
    /// loggers that are added to it are left out: a retry would spend a one-time token twice, and a logger would see the secret.
    /// </summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">Changes it.</param>
    /// <returns>The service collection.</returns>
    public static IServiceCollection ConfigureVismaTokenRequests(this IServiceCollection services, Action<IHttpClientBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        configure(services.AddHttpClient(TokenHttpClientDefaults.Name));
        return services;
    }

    internal static IServiceCollection AddServices(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ClientDirectory)))
        {
            return services;
        }

        services.AddOptions<VismaConnectOptions>().ValidateOnStart();
        services.AddSingleton<VismaConnectOptionsValidator>();
        services.AddSingleton<IValidateOptions<VismaConnectOptions>>(provider => provider.GetRequiredService<VismaConnectOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ITokenCache, MemoryTokenCache>();
        services.TryAddSingleton(TokenEntryProtection.CreateSerializer);
        services.AddSingleton<LiveSettings>();
        services.AddSingleton<ClientDirectory>();
        services.AddSingleton<AuthorizationServers>();
        services.AddSingleton(CreateRenewalsInFlight);
        services.AddHostedService(provider => provider.GetRequiredService<RenewalsInFlight>());
        services.AddSingleton(CreateRenewalParts);
        services.AddSingleton(CreateTokenSource);
        services.TryAddSingleton<ITokenSource>(provider => provider.GetRequiredService<CachingTokenSource>());
        services.AddSingleton(CreateConnections);
        services.AddSingleton(CreateBrowserSignIn);
        services.AddKeyedSingleton(KeyedService.AnyKey, (provider, name) => new VismaConnectClient(ServerOf(provider, name)));
        services.AddKeyedSingleton(KeyedService.AnyKey, (provider, name) => new EAccountingIdentityClient(ServerOf(provider, name)));
#pragma warning disable CS0618 // VNI is still served.
        services.AddKeyedSingleton(KeyedService.AnyKey, (provider, name) => new VniClient(ServerOf(provider, name)));
#pragma warning restore CS0618
        services.AddTransient(typeof(VismaClientFactory<>));
        services.AddSingleton(new TypedClientActivator(services));
        services.AddHttpClient(TokenHttpClientDefaults.Name);
        services.Insert(0, ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, TokenHandlersFilter>());
        return services;
    }

    private static AuthorizationServer ServerOf(IServiceProvider provider, object? name) =>
        provider.GetRequiredService<AuthorizationServers>().Of((string)name!);

    private static IConfigurationSection SectionOf(IServiceProvider provider) =>
        provider.GetRequiredService<IConfiguration>().GetSection("VismaConnect");

    private static ConfigurationChangeTokenSource<VismaConnectOptions> ChangesOf(IConfiguration configuration) =>
        new(Options.DefaultName, configuration);

    private static RenewalsInFlight CreateRenewalsInFlight(IServiceProvider provider)
    {
        // Made after what it needs to its last moment, so that the container disposes of it before.
        _ = provider.GetRequiredService<ITokenCache>();
        _ = provider.GetRequiredService<IHttpClientFactory>();
        return new RenewalsInFlight(provider.GetRequiredService<ILoggerFactory>());
    }

    private static RenewalParts CreateRenewalParts(IServiceProvider provider)
    {
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        ILogger logger = LoggerOf(provider);
        ClientDirectory clients = provider.GetRequiredService<ClientDirectory>();
        AuthorizationServers servers = provider.GetRequiredService<AuthorizationServers>();
        RenewalsInFlight inFlight = provider.GetRequiredService<RenewalsInFlight>();
        ConnectionCache cache = new(provider.GetRequiredService<ITokenCache>(), time);
        ConnectionMemory memory = new();
        TokenSaving saving = new(servers, cache, memory, inFlight, time, logger);
        return new RenewalParts(clients, servers, cache, memory, saving, inFlight, new ReauthorizationNotice(logger), time, logger);
    }

    private static VismaConnections CreateConnections(IServiceProvider provider)
    {
        RenewalParts parts = provider.GetRequiredService<RenewalParts>();
        return new VismaConnections(
            parts.Clients,
            parts.Servers,
            provider.GetRequiredService<LiveSettings>(),
            provider.GetRequiredService<ITokenCache>(),
            new ConsentSaving(parts.Cache, parts.Memory, parts.Time, parts.InFlight, parts.Logger),
            provider.GetRequiredService<CachingTokenSource>(),
            parts.InFlight,
            parts.Notice,
            provider.GetService<IHostEnvironment>(),
            parts.Time,
            parts.Logger);
    }

    private static BrowserSignIn CreateBrowserSignIn(IServiceProvider provider) => new(
        provider.GetRequiredService<VismaConnections>(),
        provider.GetRequiredService<ClientDirectory>(),
        provider.GetRequiredService<TimeProvider>(),
        LoggerOf(provider));

    private static ILogger LoggerOf(IServiceProvider provider) => provider.GetRequiredService<ILoggerFactory>().CreateLogger(Log.Category);

    private static CachingTokenSource CreateTokenSource(IServiceProvider provider)
    {
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        ILogger logger = LoggerOf(provider);
        ClientDirectory clients = provider.GetRequiredService<ClientDirectory>();
        ITokenCache cache = provider.GetRequiredService<ITokenCache>();
        // A cache in this very process would hold every service token a second time, and save no request.
        ServiceTokenSource serviceTokens = new(clients, provider.GetRequiredService<AuthorizationServers>(), cache is MemoryTokenCache ? null : cache, time, logger);
        RenewalParts parts = provider.GetRequiredService<RenewalParts>();
        UserTokenSource userTokens = new(parts);
        CachingTokenSource tokens = new(serviceTokens, userTokens, key => RenewalMargin.For(key, clients.Find(key).Options), time, logger);
        clients.Changed += tokens.Forget;
        parts.Saving.GaveWay += tokens.Forget;
        return tokens;
    }
}
