namespace Visma.Connect.Sdk;

/// <summary>Obtains new tokens: service tokens for the keys of companies, user tokens for the keys of connections.</summary>
internal sealed class TokenSourceByKey(ServiceTokenSource serviceTokens, UserTokenSource userTokens)
{
    /// <summary>Obtains a token from the token cache or from the identity server.</summary>
    /// <param name="key">Whose token.</param>
    /// <param name="replaced">The token to replace: the API rejected it, or it expires soon. Null if any usable token will do.</param>
    public Task<AccessToken> ObtainAsync(TokenKey key, AccessToken? replaced) =>
        key.Connection is null ? serviceTokens.ObtainAsync(key, replaced) : userTokens.ObtainAsync(key, replaced);
}
