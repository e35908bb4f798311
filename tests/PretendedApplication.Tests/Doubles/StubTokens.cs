namespace PretendedApplication.Doubles;

/// <summary>Returns a token for each key, or throws.</summary>
internal sealed class StubTokens(Func<TokenKey, AccessToken> get) : ITokenSource
{
    public ValueTask<AccessToken> GetTokenAsync(TokenKey key, AccessToken? rejected, CancellationToken cancellationToken = default) => new(get(key));
}
