namespace Visma.Connect.Sdk;

/// <summary>What to do about an error: its usual cause, the remedy, and the page that documents it.</summary>
/// <remarks>Immutable and thread-safe. It contains no data of a request. docs/errors.md lists every remedy of this library.</remarks>
public sealed record VismaRemedy
{
    /// <summary>Creates a remedy, for the unit tests of an application.</summary>
    /// <param name="code">The stable name of the remedy.</param>
    /// <param name="action">What to do.</param>
    /// <param name="cause">The usual cause.</param>
    /// <param name="page">The page that documents it.</param>
    public VismaRemedy(string code, string action, string? cause = null, Uri? page = null)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(action);
        Code = code;
        Action = action;
        Cause = cause;
        Page = page;
    }

    /// <summary>The stable name of the remedy, for example <c>tenant-not-approved</c>: for an alert, or to translate the texts.</summary>
    public string Code { get; }

    /// <summary>How the error shows: an error code, a status or an event. In Markdown.</summary>
    public string Symptom { get; internal init; } = "";

    /// <summary>The usual cause, in one sentence or a few. Null if the error says it.</summary>
    public string? Cause { get; }

    /// <summary>What to do, in one sentence or a few. For a developer or an administrator, not for an end user.</summary>
    public string Action { get; }

    /// <summary>The page that documents it, usually of Visma. Null if there is none.</summary>
    public Uri? Page { get; }

    /// <summary>Returns cause and action as one text.</summary>
    public override string ToString() => Cause is null ? Action : $"{Cause} {Action}";
}
