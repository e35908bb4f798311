using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.Fuzz;

/// <summary>The lines that were logged since they were last taken.</summary>
public sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Take()
    {
        lock (_lines)
        {
            if (_lines.Count == 0)
            {
                return [];
            }

            string[] taken = [.. _lines];
            _lines.Clear();
            return taken;
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string line = formatter(state, exception);
        lock (_lines)
        {
            _lines.Add(exception is null ? line : $"{line} {Secrets.TextsOf(exception)}");
        }
    }

    public void Dispose()
    {
    }
}
