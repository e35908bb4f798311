namespace Visma.Connect.Sdk;

/// <summary>The result of <see cref="VismaConnections.ImportAsync"/>. It contains no secret, and its text can be printed.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ConnectionImportReport
{
    // Outcomes that need no action, and rows that the next run reports.
    private static readonly ConnectionImportOutcome[] OnlyCounted =
    [
        ConnectionImportOutcome.Imported,
        ConnectionImportOutcome.WouldBeImported,
        ConnectionImportOutcome.AlreadyConnected,
        ConnectionImportOutcome.NotTried,
    ];

    /// <summary>Creates a report, for the unit tests of an application.</summary>
    /// <param name="results">The result of each row that was read, in the order of the input.</param>
    /// <param name="stopReason">Why the import stopped before the end of the input. Default: it did not.</param>
    public ConnectionImportReport(IReadOnlyList<ConnectionImportResult> results, string? stopReason = null)
    {
        ArgumentNullException.ThrowIfNull(results);
        Results = results;
        StopReason = stopReason;
    }

    /// <summary>The result of each row that was read, in the order of the input.</summary>
    public IReadOnlyList<ConnectionImportResult> Results { get; }

    /// <summary>Why the import stopped before the end of the input. Null if it did not.</summary>
    public string? StopReason { get; }

    /// <summary>The number of rows with an outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>The number.</returns>
    public int Count(ConnectionImportOutcome outcome) => Results.Count(result => result.Outcome == outcome);

    /// <summary>
    /// Returns the totals, why the import stopped, and a line for each row that needs a look: all but the imported, already connected and not tried
    /// ones.
    /// </summary>
    public override string ToString() => string.Join(
        Environment.NewLine,
        [
            FormattableString.Invariant($"{Results.Count} rows: ") + string.Join(", ", Totals()),
            .. StopReason is null ? (IEnumerable<string>)[] : [$"Stopped: {StopReason}"],
            .. Results.Where(result => !OnlyCounted.Contains(result.Outcome)).Select(result => result.ToString()),
        ]);

    private IEnumerable<string> Totals() =>
        from result in Results
        group result by result.Outcome into same
        orderby same.Key
        select FormattableString.Invariant($"{same.Count()} {same.Key}");
}
