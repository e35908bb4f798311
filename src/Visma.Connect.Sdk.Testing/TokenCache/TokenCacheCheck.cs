namespace Visma.Connect.Sdk.Testing;

/// <summary>One promise of <see cref="ITokenCache"/>, and the calls that show whether a cache keeps it.</summary>
/// <remarks>Immutable and thread-safe; fit to be a row of a theory.</remarks>
public sealed class TokenCacheCheck
{
    private readonly Func<TokenCacheTrial, Task> _run;

    internal TokenCacheCheck(string name, string cost, Func<TokenCacheTrial, Task> run)
    {
        Name = name;
        Cost = cost;
        _run = run;
    }

    /// <summary>The promise, as a sentence.</summary>
    public string Name { get; }

    /// <summary>What happens to customers where it is broken, as a sentence.</summary>
    public string Cost { get; }

    /// <summary>
    /// Runs the check. Its keys are random and of no client of yours, so the storage may hold entries of others; it removes its own at the end,
    /// also when it fails, but not when it is cancelled.
    /// </summary>
    /// <param name="open">
    /// Opens a further cache over the same storage, as another process would; for a cache in memory it returns the same one each time. Called up
    /// to eight times. What it opens is not disposed of.
    /// </param>
    /// <param name="cancellationToken">Ends the run, with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="TokenCacheContractException">The promise was broken.</exception>
    /// <remarks>Thread-safe. What the cache or <paramref name="open"/> throws comes through as it is.</remarks>
    public async Task RunAsync(Func<CancellationToken, ValueTask<ITokenCache>> open, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(open);
        TokenCacheTrial trial = new(this, open, cancellationToken);
        try
        {
            await _run(trial).ConfigureAwait(false);
        }
        finally
        {
            await trial.CleanUpAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
