using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>A logging provider that throws at each line of the library, as one does whose disk is full.</summary>
/// <param name="at">The member that throws: <c>Log</c>, <c>IsEnabled</c> or <c>CreateLogger</c>.</param>
public sealed class BrokenLog(string at = nameof(ILogger.Log)) : ILoggerProvider
{
    private int _thrown;

    /// <summary>How often it has thrown.</summary>
    public int Thrown => Volatile.Read(ref _thrown);

    public ILogger CreateLogger(string categoryName)
    {
        if (categoryName != "Visma.Connect.Sdk")
        {
            return Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;
        }

        ThrowIf(nameof(CreateLogger));
        return new Logger(this);
    }

    public void Dispose()
    {
    }

    private void ThrowIf(string member)
    {
        if (member == at)
        {
            Interlocked.Increment(ref _thrown);
            throw new IOException("No space left on device.");
        }
    }

    private sealed class Logger(BrokenLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel)
        {
            log.ThrowIf(nameof(IsEnabled));
            return true;
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.ThrowIf(nameof(Log));
    }
}
