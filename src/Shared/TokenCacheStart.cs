using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Prepares the database when the host starts, so that no renewal has to wait for it.</summary>
/// <param name="prepareAsync">Prepares the database.</param>
/// <param name="hasCreatedTable">Whether that has created the table.</param>
/// <param name="filesOpenToOthers">The files of the database that other users of the machine can read.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">Creates the logger.</param>
internal sealed partial class TokenCacheStart(
    Func<CancellationToken, Task> prepareAsync,
    Func<bool> hasCreatedTable,
    Func<IReadOnlyList<string>> filesOpenToOthers,
    TimeProvider time,
    ILoggerFactory loggers) : IHostedService
{
    // Short enough for the start time-out of the host, and of the system that monitors it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // A path that can never work stops the host. If the database is down now, the host starts all the same: the database is tried again at each use,
    // and service tokens do not need it.
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await prepareAsync(cancellationToken).WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false);
            if (hasCreatedTable())
            {
                TryLog(TableCreated);
            }

            if (filesOpenToOthers() is { Count: > 0 } files)
            {
                TryLog(logger => OpenToOthers(logger, string.Join(", ", files)));
            }
        }
        catch (Exception failure) when (failure is not OptionsValidationException && !cancellationToken.IsCancellationRequested)
        {
            TryLog(logger => NotPrepared(logger, failure));
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // A logging provider that throws does not stop the host. The same full disk can make both fail, the database and the log.
    private void TryLog(Action<ILogger> write)
    {
        try
        {
            write(loggers.CreateLogger("Visma.Connect.Sdk"));
        }
        catch (Exception)
        {
            // There is no other place to report it.
        }
    }

    [LoggerMessage(40, LogLevel.Error, "The database of the token cache cannot be used yet; it is tried again at each use. Until then no user connection "
        + "works.")]
    private static partial void NotPrepared(ILogger logger, Exception exception);

    [LoggerMessage(41, LogLevel.Warning, "The table of the token cache was created, so no user is connected. If users were connected before, the path or "
        + "the connection string is wrong.")]
    private static partial void TableCreated(ILogger logger);

    [LoggerMessage(42, LogLevel.Warning, "Other users of this machine can read or write the token cache: {Files}. Unless that is intended, take the "
        + "permissions away (chmod 600).")]
    private static partial void OpenToOthers(ILogger logger, string files);
}
