using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Visma.Connect.Sdk.EntityFrameworkCore;

namespace Visma.Connect.Sdk;

/// <summary>Adds a token cache in a relational database to the library.</summary>
public static class EntityFrameworkVismaConnectBuilderExtensions
{
    // SQLite writes one entry after the other, and of the writers that wait it does not take the first one.
    private const int RenewalsWithSqlite = 8;

    /// <summary>
    /// Stores tokens in a relational database that all processes share. They are encrypted with the keys of
    /// <see cref="VismaConnectOptions.TokenProtection"/> or by the registered <see cref="ITokenProtector"/>.
    /// </summary>
    /// <param name="builder">The builder that <c>AddVismaConnect</c> returned.</param>
    /// <param name="configure">Sets the provider and the database, for example <c>options => options.UseNpgsql(connectionString)</c>.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// If there is neither a key nor a protector, the host does not start: it throws an
    /// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/>.
    /// </remarks>
    [RequiresUnreferencedCode(AheadOfTime.IsNotSupported)]
    [RequiresDynamicCode(AheadOfTime.IsNotSupported)]
    public static VismaConnectBuilder AddEntityFrameworkTokenCache(this VismaConnectBuilder builder, Action<DbContextOptionsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.AddEntityFrameworkTokenCache((_, options) => configure(options));
    }

    /// <summary>
    /// Stores tokens in a relational database that all processes share, as
    /// <see cref="AddEntityFrameworkTokenCache(VismaConnectBuilder, Action{DbContextOptionsBuilder})"/> does, with access to the application's services.
    /// </summary>
    /// <param name="builder">The builder that <c>AddVismaConnect</c> returned.</param>
    /// <param name="configure">Sets the provider and the database, for example <c>(provider, options) => options.UseNpgsql(...)</c>.</param>
    /// <returns>The builder.</returns>
    [RequiresUnreferencedCode(AheadOfTime.IsNotSupported)]
    [RequiresDynamicCode(AheadOfTime.IsNotSupported)]
    public static VismaConnectBuilder AddEntityFrameworkTokenCache(
        this VismaConnectBuilder builder,
        Action<IServiceProvider, DbContextOptionsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddSingleton(provider => new EntityFrameworkTokenCache(
            new TokenCacheDatabase(options => configure(provider, options)),
            provider.GetRequiredService<TokenEntrySerializer>()));
        builder.Services.AddSingleton<ITokenCache>(provider => provider.GetRequiredService<EntityFrameworkTokenCache>());
        builder.Services.AddSingleton(provider => LimitOf(provider.GetRequiredService<EntityFrameworkTokenCache>()));
        builder.Services.AddHostedService(provider =>
        {
            EntityFrameworkTokenCache cache = provider.GetRequiredService<EntityFrameworkTokenCache>();
            return new TokenCacheStart(
                cache.PrepareAsync,
                () => cache.HasCreatedTable,
                () => [],
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILoggerFactory>());
        });
        return builder;
    }

    private static TokenCacheLimit LimitOf(EntityFrameworkTokenCache cache) => new(() => cache.IsSqlite ? RenewalsWithSqlite : int.MaxValue);
}
