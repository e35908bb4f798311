namespace Visma.Connect.Sdk;

/// <summary>User tokens: from the token cache, and renewed when they are due. One renewal per key at a time, in all processes together.</summary>
/// <param name="createParts">Returns the services of the renewals. Called with the first user token: many applications have only service tokens.</param>
/// <remarks>Thread-safe.</remarks>
internal sealed class UserTokenSource(Func<RenewalParts> createParts)
{
    private RenewalParts? _parts;

    /// <summary>Obtains a token from the token cache, or renews it.</summary>
    /// <param name="key">The connection.</param>
    /// <param name="replaced">The token to replace: the API rejected it, or it expires soon. Null if any usable token will do.</param>
    /// <param name="urgency">Whether callers wait for it.</param>
    public async Task<AccessToken> ObtainAsync(TokenKey key, AccessToken? replaced, Urgency urgency)
    {
        RenewalParts parts = _parts ??= createParts();
        await parts.Servers.DiscoverAsync(key.Client).ConfigureAwait(false);
        if (parts.Memory.UnsavedOf(key) is not { } unsaved)
        {
            return await parts.InFlight.DoAsync(new TokenRenewal(key, replaced, urgency, parts).RunAsync).ConfigureAwait(false);
        }

        AccessToken token = unsaved.Tokens.AccessToken;
        return RenewalSchedule.IsUsable(token, replaced, parts.Time.GetUtcNow()) ? token : throw new VismaConnectException(
            $"The token of {key} is due for renewal, but the tokens of the last renewal are not saved yet. Nothing is renewed until the token cache works "
                + "again.",
            LocalCauses.TokenCache.Remedy,
            innerException: null)
        {
            IsTransient = true,
        };
    }
}
