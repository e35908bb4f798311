namespace Visma.Connect.Sdk.Tests.Import;

/// <summary>Imports rows in a process of the application.</summary>
internal static class Importing
{
    public static Task<ConnectionImportReport> ImportAsync(
        this AppProcess process,
        IEnumerable<PortableConnection> rows,
        ConnectionImportOptions? options = null,
        IProgress<ConnectionImportResult>? progress = null,
        CancellationToken? cancellationToken = null) =>
        process.Connections.ImportAsync(rows.Streamed(), options, progress, cancellationToken ?? TestApp.Cancellation).Soon("an import");

    public static ConnectionImportOutcome[] Outcomes(this ConnectionImportReport report) => [.. report.Results.Select(result => result.Outcome)];

    /// <summary>The rows one by one, and then a failure, if there is one.</summary>
    public static async IAsyncEnumerable<PortableConnection> Streamed(this IEnumerable<PortableConnection> rows, Exception? failure = null)
    {
        foreach (PortableConnection row in rows)
        {
            await Task.Yield();
            yield return row;
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    public static async Task<List<PortableConnection>> ExportAsync(this AppProcess process)
    {
        List<PortableConnection> exported = [];
        await foreach (PortableConnection connection in process.Connections.ExportRefreshTokensAsync("nxt", TestApp.Cancellation))
        {
            exported.Add(connection);
        }

        return exported;
    }
}
