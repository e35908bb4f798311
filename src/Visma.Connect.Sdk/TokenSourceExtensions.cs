namespace Visma.Connect.Sdk;

/// <summary>Shorter calls to an <see cref="ITokenSource"/>.</summary>
public static class TokenSourceExtensions
{
    /// <summary>Gets a token that can be used now. See <see cref="ITokenSource.GetTokenAsync"/> for what it throws.</summary>
    /// <param name="tokens">The token source.</param>
    /// <param name="key">Whose token.</param>
    /// <param name="cancellationToken">Ends this caller's wait only.</param>
    public static ValueTask<AccessToken> GetTokenAsync(this ITokenSource tokens, TokenKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return tokens.GetTokenAsync(key, rejected: null, cancellationToken);
    }
}
