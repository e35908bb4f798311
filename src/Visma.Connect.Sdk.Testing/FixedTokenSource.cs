namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// A token source that returns the same token for each key, without any request: for tests of code that uses an <see cref="ITokenSource"/>.
/// </summary>
/// <remarks>Register it as the <see cref="ITokenSource"/> of the container. Immutable and thread-safe.</remarks>
/// <param name="token">The token.</param>
public sealed class FixedTokenSource(AccessToken token) : ITokenSource
{
    /// <summary>Creates a source of a token that does not expire.</summary>
    /// <param name="value">The text of the token.</param>
    public FixedTokenSource(string value)
        : this(new AccessToken(value, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue))
    {
    }

    /// <inheritdoc/>
    public ValueTask<AccessToken> GetTokenAsync(TokenKey key, AccessToken? rejected, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<AccessToken>(cancellationToken) : new(token);
}
