namespace Visma.Connect.Sdk.Testing.TokenCache;

/// <summary>
/// The promises of <see cref="ITokenCache"/> as checks, for authors of a token cache. Run them against the real server: one by one as a
/// parameterised test over <see cref="Checks"/>, in any test framework, or all of them with <see cref="VerifyAsync"/>.
/// </summary>
/// <remarks>
/// Thread-safe. Two promises cannot be checked from outside, so the author has to verify them: a save survives a power failure and a
/// failover, and the stored tokens are encrypted.
/// </remarks>
public static class TokenCacheContract
{
    /// <summary>One check for each promise. Checks can run alone, in any order, and at the same time over the same storage.</summary>
    public static IReadOnlyList<TokenCacheCheck> Checks { get; } =
        [.. ReadingChecks.All, .. SwapChecks.All, .. RaceChecks.All, .. KeyChecks.All, .. ListingChecks.All, .. CancellationChecks.All];

    /// <summary>Runs all checks, one after the other. The first failure ends the run.</summary>
    /// <param name="open">
    /// Opens another cache over the same storage, as another process would. For a cache in memory, it returns the same cache each time.
    /// Each check calls it up to eight times. The checks do not dispose the caches.
    /// </param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>A task that completes when all checks have passed.</returns>
    /// <exception cref="TokenCacheContractException">The cache broke a promise.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <remarks>An exception of the cache or of <paramref name="open"/> is not caught.</remarks>
    public static async Task VerifyAsync(Func<CancellationToken, ValueTask<ITokenCache>> open, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(open);
        foreach (TokenCacheCheck check in Checks)
        {
            await check.RunAsync(open, cancellationToken).ConfigureAwait(false);
        }
    }
}
