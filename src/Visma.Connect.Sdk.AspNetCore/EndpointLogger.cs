using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>The logger of the endpoints. What a logging provider throws is ignored: a full disk must not fail the request of a user.</summary>
internal sealed class EndpointLogger(ILoggerFactory loggers) : ILogger
{
    private readonly ILogger _logger = loggers.CreateLogger(VismaTelemetry.Name);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return _logger.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            return false;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            _logger.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // The line is lost.
        }
    }
}
