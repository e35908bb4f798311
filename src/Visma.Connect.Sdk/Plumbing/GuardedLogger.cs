using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>
/// The only logger of the library. What a logging provider throws ends here: a log on a full disk must cost neither a token nor the result of a
/// caller.
/// </summary>
/// <remarks>Thread-safe. The logger is created when it is first needed, because that can fail too, and is then tried again.</remarks>
internal sealed class GuardedLogger(ILoggerFactory loggers, string category) : ILogger
{
    private ILogger? _logger;

    private ILogger Logger => _logger ??= loggers.CreateLogger(category);

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return Logger.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            // Other providers may work, so the line is written.
            return true;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            Logger.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // There is no other place to report it.
        }
    }

    // The library begins no scopes.
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
