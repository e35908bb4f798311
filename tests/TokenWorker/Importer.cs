using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk.TokenWorker;

/// <summary>Imports the connections of a CSV file, writes an event for each row and for the end, and stops this process.</summary>
internal sealed class Importer(VismaConnections connections, string path, IHostApplicationLifetime application) : BackgroundService, IProgress<ConnectionImportResult>
{
    public void Report(ConnectionImportResult value) => Event.Write($"row {value.Row} {value.Outcome} {value.Reason}".TrimEnd());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using StreamReader file = new(path);
        ConnectionImportReport report = await connections.ImportAsync(PortableConnectionCsv.ReadAsync(file, cancellationToken: stoppingToken), progress: this, cancellationToken: stoppingToken);
        Event.Write($"imported {report.Results.Count} {report.StopReason}".TrimEnd());
        application.StopApplication();
    }
}
