using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;

namespace Visma.Connect.Sdk.GeneratedClients;

/// <summary>Every text that OpenTelemetry would export: log records of all levels with their scopes, and the traces of HttpClient and of the library.</summary>
public sealed class TelemetryText
{
    public ConcurrentQueue<string> Texts { get; } = new();

    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton<TelemetryText>();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddOpenTelemetry(options =>
        {
            options.IncludeFormattedMessage = true;
            options.IncludeScopes = true;
            options.AddProcessor(provider => new Logs(provider.GetRequiredService<TelemetryText>()));
        }));
        services.AddOpenTelemetry().WithTracing(tracing => tracing
            .AddSource("System.Net.Http", VismaTelemetry.Name)
            .AddProcessor(provider => new Traces(provider.GetRequiredService<TelemetryText>())));
    }

    private sealed class Logs(TelemetryText telemetry) : BaseProcessor<LogRecord>
    {
        public override void OnEnd(LogRecord data)
        {
            telemetry.Texts.Enqueue($"{data.FormattedMessage} {data.Exception} {string.Join(';', data.Attributes ?? [])}");
            data.ForEachScope(
                (scope, texts) =>
                {
                    foreach (KeyValuePair<string, object?> field in scope)
                    {
                        texts.Enqueue($"{field}");
                    }
                },
                telemetry.Texts);
        }
    }

    private sealed class Traces(TelemetryText telemetry) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data) => telemetry.Texts.Enqueue(
            $"{data.DisplayName} {data.StatusDescription} {string.Join(';', data.TagObjects)} {string.Join(';', data.Events.SelectMany(each => each.Tags))}");
    }
}
