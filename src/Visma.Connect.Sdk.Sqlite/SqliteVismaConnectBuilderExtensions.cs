using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Visma.Connect.Sdk.Sqlite;

namespace Visma.Connect.Sdk;

/// <summary>Adds a token cache in a SQLite file to the library.</summary>
public static class SqliteVismaConnectBuilderExtensions
{
    // A renewal saves twice, and other processes write too.
    private const int RenewalsAtOnce = 8;

    /// <summary>
    /// Stores tokens in a SQLite file: durable, for one machine and any number of processes on it, without a server to install. They are encrypted
    /// with the keys of <see cref="VismaConnectOptions.TokenProtection"/> or by the registered <see cref="ITokenProtector"/>.
    /// </summary>
    /// <param name="builder">The builder that <c>AddVismaConnect</c> returned.</param>
    /// <param name="path">
    /// The file, on a local disk and not on a network share. A relative path starts at the content root of the host, or at the current directory
    /// if there is no host. A missing file is created so that only its owner can read it; on Windows it gets the permissions of its folder.
    /// </param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// If there is neither a key nor a protector, or if the file can be neither opened nor created, the host does not start: it throws an
    /// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/>.
    /// </remarks>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty, or not the path of a file.</exception>
    public static VismaConnectBuilder AddSqliteTokenCache(this VismaConnectBuilder builder, string path)
    {
        ArgumentNullException.ThrowIfNull(builder);
        SqliteFile.RequirePath(path);
        builder.Services.AddSingleton(provider => new SqliteTokenCache(
            Path.Combine(provider.GetService<IHostEnvironment>()?.ContentRootPath ?? "", path),
            provider.GetRequiredService<TokenEntrySerializer>()));
        builder.Services.AddSingleton<ITokenCache>(provider => provider.GetRequiredService<SqliteTokenCache>());
        builder.Services.AddSingleton(new TokenCacheLimit(() => RenewalsAtOnce));
        builder.Services.AddHostedService(provider =>
        {
            SqliteTokenCache cache = provider.GetRequiredService<SqliteTokenCache>();
            return new TokenCacheStart(
                cache.PrepareAsync,
                () => cache.HasCreatedTable,
                () => cache.FilesOpenToOthers,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILoggerFactory>());
        });
        return builder;
    }
}
