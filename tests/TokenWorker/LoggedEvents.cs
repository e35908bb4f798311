using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.TokenWorker;

/// <summary>Writes each log event of the library, with its id, as an event for the test.</summary>
internal sealed class LoggedEvents : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Event.Write($"log {eventId.Id} {logLevel}: {formatter(state, exception)} {exception?.Message} {exception?.InnerException?.Message}");

    public void Dispose()
    {
    }
}
