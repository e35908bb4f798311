namespace Visma.Connect.Sdk;

/// <summary>The result of an import for one row of its input. Contains no secret.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ConnectionImportResult
{
    /// <summary>Creates a result, for the unit tests of an application.</summary>
    /// <param name="row">The number of the row in the input, from 1.</param>
    /// <param name="client">The name of the client in the row.</param>
    /// <param name="name">The name of the connection in the row.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="reason">Why, for people to read. Default: none.</param>
    public ConnectionImportResult(int row, string client, string name, ConnectionImportOutcome outcome, string? reason = null)
    {
        Row = row;
        Client = client;
        Name = name;
        Outcome = outcome;
        Reason = reason;
    }

    /// <summary>The number of the row in the input, from 1. The header of a file does not count.</summary>
    public int Row { get; }

    /// <summary>The name of the client in the row.</summary>
    public string Client { get; }

    /// <summary>The name of the connection in the row.</summary>
    public string Name { get; }

    /// <summary>What became of it.</summary>
    public ConnectionImportOutcome Outcome { get; }

    /// <summary>Why, with the evidence, for a log or an administrator. Null if the outcome says everything.</summary>
    public string? Reason { get; }

    /// <summary>Returns one line with everything.</summary>
    public override string ToString() => FormattableString.Invariant($"row {Row}, client '{VisibleText.Of(Client)}', connection '{VisibleText.Of(Name)}': ")
        + $"{Outcome}{(Reason is null ? "" : $". {Reason}")}";
}
