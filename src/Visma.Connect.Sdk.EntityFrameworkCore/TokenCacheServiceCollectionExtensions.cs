using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.EntityFrameworkCore;

/// <summary>Registers durable token caches.</summary>
public static class TokenCacheServiceCollectionExtensions
{
    /// <summary>
    /// Keeps tokens in a relational database that all processes share. What is stored is encrypted with the keys of
    /// <see cref="VismaConnectOptions.TokenProtection"/> or the registered <see cref="ITokenProtector"/>; without either the host does not start.
    /// </summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">Names the provider and the database, such as <c>options => options.UseNpgsql(connectionString)</c>.</param>
    /// <returns>The service collection.</returns>
    public static IServiceCollection AddEntityFrameworkTokenCache(this IServiceCollection services, Action<DbContextOptionsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddEntityFrameworkTokenCache((_, options) => configure(options));
    }

    /// <summary>The same, with settings or services of the application at hand.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">Names the provider and the database, such as <c>(provider, options) => options.UseNpgsql(...)</c>.</param>
    /// <returns>The service collection.</returns>
    public static IServiceCollection AddEntityFrameworkTokenCache(this IServiceCollection services, Action<IServiceProvider, DbContextOptionsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddCache(provider => new TokenCacheDatabase(options => configure(provider, options)));
    }

    /// <summary>
    /// Keeps tokens in a SQLite file: durable, for one machine and any number of its processes, with nothing to install. What is stored is
    /// encrypted, as by <see cref="AddEntityFrameworkTokenCache(IServiceCollection, Action{DbContextOptionsBuilder})"/>.
    /// </summary>
    /// <param name="services">The service collection.</param>
    /// <param name="path">
    /// The file, on a local disk (no network share); relative to the content root where there is a host. It is created, readable by its owner
    /// only, where it is missing. On Windows the permissions are those of its folder.
    /// </param>
    /// <returns>The service collection.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty, or no path.</exception>
    public static IServiceCollection AddSqliteTokenCache(this IServiceCollection services, string path)
    {
        ArgumentNullException.ThrowIfNull(services);
        SqliteDatabase.RequireFile(path);
        return services.AddCache(provider => SqliteDatabase.At(Path.Combine(provider.GetService<IHostEnvironment>()?.ContentRootPath ?? "", path)));
    }

    private static IServiceCollection AddCache(this IServiceCollection services, Func<IServiceProvider, TokenCacheDatabase> open)
    {
        services.AddVismaConnect(_ => { });
        services.AddSingleton(provider => new EntityFrameworkTokenCache(open(provider), provider.GetRequiredService<TokenEntrySerializer>()));
        services.AddSingleton<ITokenCache>(provider => provider.GetRequiredService<EntityFrameworkTokenCache>());
        services.AddHostedService(provider => new TokenCacheStart(
            provider.GetRequiredService<EntityFrameworkTokenCache>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        return services;
    }
}
