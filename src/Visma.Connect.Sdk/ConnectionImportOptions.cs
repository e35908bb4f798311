namespace Visma.Connect.Sdk;

/// <summary>How <see cref="VismaConnections.ImportAsync"/> imports.</summary>
public sealed class ConnectionImportOptions
{
    /// <summary>
    /// Whether the import only checks the input and reports what it would do. It then saves nothing, and sends no token. Default: false.
    /// </summary>
    public bool IsDryRun { get; set; }

    /// <summary>How many tokens are exchanged at the same time. Default: 4. From 1 to 64.</summary>
    public int Concurrency { get; set; } = 4;

    /// <summary>
    /// After how many tokens of one client in a row that the server refused or did not answer for the import stops, so that a wrong client id or a
    /// wrong environment does not cost every token. It is an upper limit: tokens that are under way count too. Default: 5. At least 1.
    /// </summary>
    public int StopAfterFailures { get; set; } = 5;

    /// <summary>
    /// Whether a connection that has ended is replaced if the input has another token for it. A connection that works is never replaced. Default:
    /// false.
    /// </summary>
    public bool ReplaceEnded { get; set; }

    internal void RequireValid()
    {
        const int Most = 64;
        if (Concurrency is < 1 or > Most)
        {
            throw new ArgumentException($"{nameof(Concurrency)} is {Concurrency}. It is from 1 to {Most}.", "options");
        }

        if (StopAfterFailures < 1)
        {
            throw new ArgumentException($"{nameof(StopAfterFailures)} is {StopAfterFailures}. It is at least 1.", "options");
        }
    }
}
