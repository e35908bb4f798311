using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Registers the library.</summary>
public static class VismaConnectServiceCollectionExtensions
{
    private const string DefaultSection = "VismaConnect";

    /// <summary>Registers the library with the settings of the section <c>VismaConnect</c> of the application's configuration.</summary>
    /// <param name="services">The service collection, in which a host has registered its <see cref="IConfiguration"/>.</param>
    /// <returns>A builder, on which a token cache and more can be added.</returns>
    /// <remarks>
    /// Changes of the configuration take effect without a restart. May be called in addition to the other overloads, for example to add a token
    /// cache to the builder: the section is read once. Without an <see cref="IConfiguration"/> in the container, no settings are read.
    /// </remarks>
    public static VismaConnectBuilder AddVismaConnect(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton<IConfigureOptions<VismaConnectOptions>>(provider => new VismaConnectConfiguration(SectionOf(provider)));
        services.AddSingleton<IOptionsChangeTokenSource<VismaConnectOptions>>(provider => ChangesOf(SectionOf(provider)));
        return services.AddLibrary();
    }

    /// <summary>Registers the library with settings from configuration, for example <c>Configuration.GetSection("VismaConnect")</c>.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configuration">The section with <c>Clients</c>, <c>Authorities</c> and <c>Apis</c>. An unknown name in it is an error.</param>
    /// <returns>A builder, on which a token cache and more can be added.</returns>
    /// <remarks>
    /// Changes of the configuration take effect without a restart. May be called more than once; the settings of all calls are combined.
    /// </remarks>
    public static VismaConnectBuilder AddVismaConnect(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddSingleton<IConfigureOptions<VismaConnectOptions>>(new VismaConnectConfiguration(configuration));
        services.AddSingleton<IOptionsChangeTokenSource<VismaConnectOptions>>(ChangesOf(configuration));
        return services.AddLibrary();
    }

    /// <summary>Registers the library with settings from code.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">Sets the options. Runs when they are first needed, and again after each change of the configuration.</param>
    /// <returns>A builder, on which a token cache and more can be added.</returns>
    /// <remarks>May be called more than once; the settings of all calls are combined, and a later call overrides an earlier one.</remarks>
    public static VismaConnectBuilder AddVismaConnect(this IServiceCollection services, Action<VismaConnectOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.Configure(configure);
        return services.AddLibrary();
    }

    private static VismaConnectBuilder AddLibrary(this IServiceCollection services)
    {
        services.Configure<VismaConnectOptions>(options => options.IsConfigured = true);
        LibraryRegistration.AddTo(services);
        return new VismaConnectBuilder(services);
    }

    private static IConfigurationSection SectionOf(IServiceProvider provider) =>
        (provider.GetService<IConfiguration>() ?? new ConfigurationBuilder().Build()).GetSection(DefaultSection);

    private static ConfigurationChangeTokenSource<VismaConnectOptions> ChangesOf(IConfiguration configuration) =>
        new(Options.DefaultName, configuration);
}
