namespace Visma.Connect.Sdk.Testing;

/// <summary>Gives everybody the same token and asks nobody: for tests of code that takes an <see cref="ITokenSource"/>, or needs no identity server.</summary>
/// <remarks>Register it as the <see cref="ITokenSource"/>. Thread-safe.</remarks>
/// <param name="token">The token.</param>
public sealed class FixedTokenSource(AccessToken token) : ITokenSource
{
    /// <summary>Gives everybody a token with this text that does not expire.</summary>
    /// <param name="value">The text of the token.</param>
    public FixedTokenSource(string value)
        : this(new AccessToken(value, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue))
    {
    }

    /// <inheritdoc/>
    public ValueTask<AccessToken> GetTokenAsync(TokenKey key, AccessToken? rejected, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<AccessToken>(cancellationToken) : new(token);
}
