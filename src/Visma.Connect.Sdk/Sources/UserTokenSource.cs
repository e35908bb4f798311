namespace Visma.Connect.Sdk;

/// <summary>User tokens: from the cache, renewed with the refresh token when they are due. One renewal per key at a time, over all processes.</summary>
internal sealed class UserTokenSource(RenewalParts parts) : ITokenSource
{
    public async ValueTask<AccessToken> GetTokenAsync(TokenKey key, AccessToken? rejected, CancellationToken cancellationToken = default)
    {
        if (parts.Memory.UnsavedOf(key) is not { } unsaved)
        {
            return await parts.InFlight.DoAsync(new TokenRenewal(key, rejected, parts).RunAsync).ConfigureAwait(false);
        }

        AccessToken token = unsaved.Tokens.AccessToken;
        return UserTokens.IsUsable(token, rejected, parts.Time.GetUtcNow()) ? token : throw new VismaConnectException(
            $"The token of {key} is due for renewal, but the one before could not be saved yet: nothing is renewed until the token cache works again.")
        {
            IsTransient = true,
            Remedy = "See to the token cache.",
        };
    }
}
