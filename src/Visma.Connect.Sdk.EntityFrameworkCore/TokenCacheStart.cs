using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.EntityFrameworkCore;

/// <summary>Prepares the database as the host starts, so that no renewal has to wait for that.</summary>
internal sealed partial class TokenCacheStart(EntityFrameworkTokenCache cache, TimeProvider time, ILoggerFactory loggers) : IHostedService
{
    // Hosts have a limit of their own, and what watches them too.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = loggers.CreateLogger("Visma.Connect.Sdk");

    // A database that is down now is tried again at each use; service tokens can be had without it.
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await cache.PrepareAsync(cancellationToken).WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false);
            if (cache.HasCreatedTable)
            {
                TableCreated(_logger);
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            NotPrepared(_logger, failure);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(40, LogLevel.Error, "The database of the token cache cannot be used yet; it is tried again at each use. Until then no user connection works.")]
    private static partial void NotPrepared(ILogger logger, Exception exception);

    [LoggerMessage(41, LogLevel.Warning, "The table of the token cache was created, so nobody is connected. If users were connected before, the path or connection string leads to the wrong place.")]
    private static partial void TableCreated(ILogger logger);
}
