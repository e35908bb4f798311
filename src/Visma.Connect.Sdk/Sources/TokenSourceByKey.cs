namespace Visma.Connect.Sdk;

/// <summary>Service tokens for keys of companies, user tokens for keys of connections.</summary>
internal sealed class TokenSourceByKey(ServiceTokenSource serviceTokens, UserTokenSource userTokens) : ITokenSource
{
    public ValueTask<AccessToken> GetTokenAsync(TokenKey key, AccessToken? rejected, CancellationToken cancellationToken = default) =>
        key.Connection is null
            ? serviceTokens.GetTokenAsync(key, rejected, cancellationToken)
            : userTokens.GetTokenAsync(key, rejected, cancellationToken);
}
