using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>Records all log lines of all levels, with scopes and exceptions.</summary>
public sealed class LogCapture : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<(string Line, long TimersSet)> _moments = new();
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Waits for the first line that contains a text. Returns how many timers were set before it was written.</summary>
    public async Task<long> TimersSetBeforeAsync(string text)
    {
        await Eventually.TrueAsync(() => _moments.Any(IsIt), $"a log line with '{text}'");
        return _moments.First(IsIt).TimersSet;

        bool IsIt((string Line, long TimersSet) moment) => moment.Line.Contains(text, StringComparison.Ordinal);
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Logger(LogCapture capture, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => capture._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            List<string> scopes = [];
            capture._scopes.ForEachScope((scope, list) => list.Add(scope?.ToString() ?? ""), scopes);
            string fields = state is IEnumerable<KeyValuePair<string, object?>> pairs
                ? string.Join(";", pairs.Select(pair => $"{pair.Key}={pair.Value}"))
                : "";
            string line = $"{logLevel} {category} {eventId.Id} {formatter(state, exception)} {exception} {fields} {string.Join("|", scopes)}";
            capture._moments.Enqueue((line, ManualTime.TimersSet));
            capture._lines.Enqueue(line);
        }
    }
}
