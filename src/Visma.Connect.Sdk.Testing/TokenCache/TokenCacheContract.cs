namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// The promises of <see cref="ITokenCache"/> as checks, for whoever writes a cache for an engine of their own: run them against the real
/// server, as a theory of <see cref="Checks"/> in any test framework, or all at once with <see cref="VerifyAsync"/>.
/// </summary>
/// <remarks>
/// Thread-safe. What no check can see from outside stays with the author: that a save survives a power cut and a failover, and that what is
/// stored is encrypted.
/// </remarks>
public static class TokenCacheContract
{
    /// <summary>One check for each promise. Each can run alone, in any order, and beside others over the same storage.</summary>
    public static IReadOnlyList<TokenCacheCheck> Checks { get; } =
        [.. ReadingChecks.All, .. SwapChecks.All, .. RaceChecks.All, .. KeyChecks.All, .. ListingChecks.All, .. CancellationChecks.All];

    /// <summary>Runs every check, one after the other, up to the first that fails.</summary>
    /// <param name="open">
    /// Opens a further cache over the same storage, as another process would; for a cache in memory it returns the same one each time. Called up
    /// to eight times by a check. What it opens is not disposed of.
    /// </param>
    /// <param name="cancellationToken">Ends the run, with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="TokenCacheContractException">A promise was broken.</exception>
    /// <remarks>What the cache or <paramref name="open"/> throws comes through as it is.</remarks>
    public static async Task VerifyAsync(Func<CancellationToken, ValueTask<ITokenCache>> open, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(open);
        foreach (TokenCacheCheck check in Checks)
        {
            await check.RunAsync(open, cancellationToken).ConfigureAwait(false);
        }
    }
}
