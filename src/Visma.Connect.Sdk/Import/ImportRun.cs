using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>One run of an import. It starts rows and takes their results on one flow, so only the rows themselves run at the same time.</summary>
internal sealed class ImportRun(
    ImportRowCheck check,
    PresentedTokens presented,
    RowImport rows,
    ConnectionImportOptions options,
    IProgress<ConnectionImportResult>? progress,
    ILogger logger)
{
    private readonly FailureLimit _failures = new(options.StopAfterFailures);
    private readonly Dictionary<Task<RowOutcome>, ImportRow> _underWay = [];
    private readonly List<ConnectionImportResult?> _results = [];
    private string? _stopReason;
    private bool _hasProgressFailed;

    public async Task<ConnectionImportReport> RunAsync(IAsyncEnumerable<PortableConnection> source, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (PortableConnection row in source.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                await AddAsync(row, cancellationToken).ConfigureAwait(false);
                if (cancellationToken.IsCancellationRequested)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The source has ended its reading.
        }
        finally
        {
            while (_underWay.Count > 0)
            {
                await TakeNextResultAsync().ConfigureAwait(false);
            }
        }

        string? cancelled = cancellationToken.IsCancellationRequested ? "it was cancelled. Later rows of the input were not read." : null;
        return new ConnectionImportReport([.. _results.Select(result => result!)], _stopReason ?? cancelled);
    }

    private async Task AddAsync(PortableConnection? source, CancellationToken cancellationToken)
    {
        _results.Add(null);
        int number = _results.Count;
        (ImportRow? row, RowOutcome? outcome) = await check.CheckAsync(number, source, cancellationToken).ConfigureAwait(false);
        if (row is null)
        {
            Report(new ConnectionImportResult(number, source?.Client ?? "", source?.Name ?? "", outcome!.Outcome, outcome.Reason));
        }
        else if (presented.WhyNot(row) is { } reason)
        {
            Report(row, new RowOutcome(ConnectionImportOutcome.Duplicate, reason));
        }
        else if (await IsRoomAsync(row.Key.Client, cancellationToken).ConfigureAwait(false))
        {
            _failures.Begin(row.Key.Client);
            // Detached, so that a transaction of the caller cannot take back what is saved before a token is sent.
            _underWay.Add(DetachedWork.Run(() => rows.ImportAsync(row, cancellationToken)), row);
        }
        else
        {
            Report(row, new RowOutcome(ConnectionImportOutcome.NotTried));
        }
    }

    // False if the import stops before there is room.
    private async Task<bool> IsRoomAsync(string client, CancellationToken cancellationToken)
    {
        while (_underWay.Keys.Any(task => task.IsCompleted)
            || (_stopReason is null && (_underWay.Count >= options.Concurrency || !_failures.Allows(client))))
        {
            await TakeNextResultAsync().ConfigureAwait(false);
        }

        return _stopReason is null && !cancellationToken.IsCancellationRequested;
    }

    private async Task TakeNextResultAsync()
    {
        Task<RowOutcome> ended = await Task.WhenAny(_underWay.Keys).ConfigureAwait(false);
        ImportRow row = _underWay[ended];
        _underWay.Remove(ended);
        RowOutcome outcome = await ended.ConfigureAwait(false);
        bool isLimitReached = _failures.End(row.Key.Client, outcome.IsAccepted);
        Report(row, outcome);
        if (outcome.EndsImport)
        {
            _stopReason ??= $"{outcome.Reason} No further token was sent.";
        }
        else if (isLimitReached)
        {
            _stopReason ??= FormattableString.Invariant($"{options.StopAfterFailures} rows of client '{row.Key.Client}' in a row did not succeed. ")
                + "No further token was sent. Check that ClientId and Authority of the client belong to these tokens, and that the old program is "
                + "stopped; then run the import again, or raise StopAfterFailures.";
        }
    }

    private void Report(ImportRow row, RowOutcome outcome) =>
        Report(new ConnectionImportResult(row.Number, row.Key.Client, row.Source.Name, outcome.Outcome, outcome.Reason));

    private void Report(ConnectionImportResult result)
    {
        _results[result.Row - 1] = result;
        try
        {
            progress?.Report(result);
        }
        catch (Exception failure)
        {
            if (!_hasProgressFailed)
            {
                _hasProgressFailed = true;
                Log.ImportProgressFailed(logger, failure);
            }
        }
    }
}
