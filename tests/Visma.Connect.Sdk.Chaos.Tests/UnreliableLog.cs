using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.Chaos;

/// <summary>A logging provider that sometimes throws.</summary>
internal sealed class UnreliableLog(Journal journal, Dice dice, Process process) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => Throw(logLevel >= LogLevel.Debug);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Throw(true);

    public void Dispose()
    {
    }

    private bool Throw(bool result)
    {
        if (!journal.IsPeaceful && dice.Happens($"log {process}", 0.3))
        {
            journal.Count(Faults.Log);
            throw new IOException("No space left on device.");
        }

        return result;
    }
}
