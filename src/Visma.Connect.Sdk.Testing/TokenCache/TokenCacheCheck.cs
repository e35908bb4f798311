namespace Visma.Connect.Sdk.Testing.TokenCache;

/// <summary>
/// A check of <see cref="TokenCacheContract"/>: one promise of <see cref="ITokenCache"/>, and the calls that show whether a cache keeps it.
/// </summary>
/// <remarks>Immutable and thread-safe. A check can be a row of a parameterised test.</remarks>
public sealed class TokenCacheCheck
{
    private readonly Func<TokenCacheTrial, Task> _run;

    internal TokenCacheCheck(string name, string cost, Func<TokenCacheTrial, Task> run)
    {
        Name = name;
        Cost = cost;
        _run = run;
    }

    /// <summary>The promise, as a sentence without a full stop.</summary>
    public string Name { get; }

    /// <summary>
    /// The consequence for customers when a cache breaks the promise, as a sentence without a capital letter and a full stop.
    /// </summary>
    public string Cost { get; }

    /// <summary>
    /// Runs the check. It uses random keys, so the storage may hold other entries, and other checks may run at the same time. At the end it
    /// removes its entries, also when it fails, but not when it is cancelled.
    /// </summary>
    /// <param name="open">
    /// Opens another cache over the same storage, as another process would. For a cache in memory, it returns the same cache each time. It
    /// is called up to eight times. The check does not dispose the caches.
    /// </param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <returns>A task that completes when the check has passed.</returns>
    /// <exception cref="TokenCacheContractException">The cache broke the promise.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <remarks>Thread-safe. An exception of the cache or of <paramref name="open"/> is not caught.</remarks>
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

    /// <summary>Returns the <see cref="Name"/>.</summary>
    public override string ToString() => Name;
}
