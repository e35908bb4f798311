using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Registers the library.</summary>
public static class VismaConnectServiceCollectionExtensions
{
    /// <summary>Registers the library with settings from configuration, for example <c>Configuration.GetSection("VismaConnect")</c>.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configuration">The section with <c>Clients</c>, <c>Authorities</c> and <c>Apis</c>; changes are followed. An unknown name in it is an error.</param>
    /// <returns>The service collection. May be called more than once: the settings add up.</returns>
    public static IServiceCollection AddVismaConnect(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddSingleton<IConfigureOptions<VismaConnectOptions>>(new VismaConnectConfiguration(configuration));
        services.AddSingleton<IOptionsChangeTokenSource<VismaConnectOptions>>(
            new ConfigurationChangeTokenSource<VismaConnectOptions>(Options.DefaultName, configuration));
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

    internal static IServiceCollection AddServices(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ClientDirectory)))
        {
            return services;
        }

        services.AddOptions<VismaConnectOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<VismaConnectOptions>, VismaConnectOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ITokenCache, MemoryTokenCache>();
        services.AddSingleton<ClientDirectory>();
        services.TryAddSingleton<ITokenSource>(CreateTokenSource);
        services.AddKeyedSingleton<VismaConnectClient>(
            KeyedService.AnyKey,
            (provider, name) => provider.GetRequiredService<ClientDirectory>().ConnectClient((string)name!));
        services.AddTransient(typeof(VismaClients<>));
        services.AddSingleton(new RegisteredServices(services));
        services.AddTokenHttpClient();
        return services;
    }

    private static ITokenSource CreateTokenSource(IServiceProvider provider)
    {
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        ILogger logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger(Log.Category);
        ClientDirectory clients = provider.GetRequiredService<ClientDirectory>();
        ITokenCache cache = provider.GetRequiredService<ITokenCache>();
        // A cache in this very process would hold every service token a second time, and save no request.
        ServiceTokenSource serviceTokens = new(clients, cache is MemoryTokenCache ? null : cache, time, logger);
        return new CachingTokenSource(serviceTokens, key => clients.Find(key).Options.RefreshBeforeExpiry, time, logger);
    }

    // Handlers that an application adds to every HttpClient stay away from token requests: a retry would spend a one-time token twice,
    // and a redirect would carry the secret to another host.
    private static void AddTokenHttpClient(this IServiceCollection services)
    {
        services.AddHttpClient(TokenHttpClient.Name);
        services.PostConfigure<HttpClientFactoryOptions>(TokenHttpClient.Name, options =>
        {
            options.RedactAuthorization();
            options.HttpMessageHandlerBuilderActions.Add(builder =>
            {
                builder.AdditionalHandlers.Clear();
                RequireNoRedirects(builder, "Token requests", neverRedirects: false);
            });
        });
    }

    internal static void RequireNoRedirects(HttpMessageHandlerBuilder builder, string what, bool neverRedirects)
    {
        if (!neverRedirects && !PrimaryHandler.TryDisableRedirects(builder.PrimaryHandler))
        {
            throw new InvalidOperationException(
                $"{what} need a primary handler that follows no redirects, and HttpClient '{builder.Name}' has a "
                + $"{builder.PrimaryHandler.GetType().Name}, which cannot be told so (or no longer). Use SocketsHttpHandler with AllowAutoRedirect = false; "
                + $"or, if it never redirects, such as a test double, say so with {nameof(VismaTokenHttpClientBuilderExtensions.PrimaryHandlerNeverRedirects)}().");
        }
    }

    // Before .NET 9, and wherever an application names the headers to redact itself, the others are logged at Trace level.
    internal static void RedactAuthorization(this HttpClientFactoryOptions options)
    {
        Func<string, bool> alsoRedacted = options.ShouldRedactHeaderValue;
        options.ShouldRedactHeaderValue = name => string.Equals(name, "Authorization", StringComparison.OrdinalIgnoreCase) || alsoRedacted(name);
    }
}
