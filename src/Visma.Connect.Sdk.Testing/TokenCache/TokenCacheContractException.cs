namespace Visma.Connect.Sdk.Testing;

/// <summary>A token cache broke a promise of <see cref="ITokenCache"/>; the message says which, how it shows, and what it would cost. No token.</summary>
public sealed class TokenCacheContractException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public TokenCacheContractException()
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    /// <param name="message">Which promise, and how it shows. No secret.</param>
    public TokenCacheContractException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    /// <param name="message">Which promise, and how it shows. No secret.</param>
    /// <param name="innerException">The cause.</param>
    public TokenCacheContractException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The promise that was broken; null when it is not known.</summary>
    public TokenCacheCheck? Check { get; init; }

    /// <summary>What the cache should have done; null when it is not known.</summary>
    public string? Expected { get; init; }

    /// <summary>What it did; null when it is not known.</summary>
    public string? Observed { get; init; }

    internal static TokenCacheContractException Of(TokenCacheCheck check, string expected, string observed) =>
        new($"The token cache breaks a promise: {check.Name}. Expected: {expected}. Observed: {observed}. The cost: {check.Cost}.")
        {
            Check = check,
            Expected = expected,
            Observed = observed,
        };
}
