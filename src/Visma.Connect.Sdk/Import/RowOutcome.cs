namespace Visma.Connect.Sdk;

/// <summary>What became of one row of an import.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Reason">Why. Null if the outcome says everything.</param>
/// <param name="IsAccepted">Whether the token was accepted in this run. Null if none was sent.</param>
/// <param name="EndsImport">Whether every further row of the client would fail in the same way.</param>
internal sealed record RowOutcome(ConnectionImportOutcome Outcome, string? Reason = null, bool? IsAccepted = null, bool EndsImport = false);
