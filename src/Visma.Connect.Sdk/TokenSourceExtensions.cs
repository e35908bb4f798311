namespace Visma.Connect.Sdk;

/// <summary>Adds a shorter overload to <see cref="ITokenSource"/>.</summary>
public static class TokenSourceExtensions
{
    /// <summary>Returns a valid token. See <see cref="ITokenSource.GetTokenAsync"/> for the exceptions.</summary>
    /// <param name="tokens">The token source.</param>
    /// <param name="key">Whose token to return.</param>
    /// <param name="cancellationToken">Ends the wait of this caller.</param>
    /// <returns>The token.</returns>
    public static ValueTask<AccessToken> GetTokenAsync(this ITokenSource tokens, TokenKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return tokens.GetTokenAsync(key, rejected: null, cancellationToken);
    }
}
