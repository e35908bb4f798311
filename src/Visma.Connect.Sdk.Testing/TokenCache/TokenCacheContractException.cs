namespace Visma.Connect.Sdk.Testing.TokenCache;

/// <summary>
/// A token cache broke a promise of <see cref="ITokenCache"/>. The message names the promise, what was expected and observed, and the
/// consequence. It contains no token.
/// </summary>
public sealed class TokenCacheContractException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public TokenCacheContractException()
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    /// <param name="message">The promise, and what was observed. Without secrets.</param>
    public TokenCacheContractException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    /// <param name="message">The promise, and what was observed. Without secrets.</param>
    /// <param name="innerException">The cause.</param>
    public TokenCacheContractException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The check that failed; null when it is not known.</summary>
    public TokenCacheCheck? Check { get; init; }

    /// <summary>The expected behaviour of the cache; null when it is not known.</summary>
    public string? Expected { get; init; }

    /// <summary>The observed behaviour of the cache; null when it is not known.</summary>
    public string? Observed { get; init; }

    internal static TokenCacheContractException Of(TokenCacheCheck check, string expected, string observed) =>
        new($"The token cache breaks a promise of ITokenCache: {check.Name}. Expected: {expected}. Observed: {observed}. In production this would mean: "
            + $"{check.Cost}.")
        {
            Check = check,
            Expected = expected,
            Observed = observed,
        };
}
