namespace Visma.Connect.Sdk.TokenCache;

/// <summary>
/// The limit of a token cache that does few operations at once, for example because it writes one entry after the other. Register it as a singleton
/// together with such a cache. Without it, <see cref="VismaConnectOptions.MaxConcurrentTokenRequests"/> alone limits the operations.
/// </summary>
public sealed class TokenCacheLimit
{
    private readonly Func<int> _maxConcurrentRenewals;

    /// <summary>Creates a limit.</summary>
    /// <param name="maxConcurrentRenewals">Returns <see cref="MaxConcurrentRenewals"/>. It is called often, from any thread, and returns at once.</param>
    public TokenCacheLimit(Func<int> maxConcurrentRenewals)
    {
        ArgumentNullException.ThrowIfNull(maxConcurrentRenewals);
        _maxConcurrentRenewals = maxConcurrentRenewals;
    }

    /// <summary>
    /// How many renewals of user tokens may run at once for one identity server, and how many requests for service tokens. Each of them does one
    /// operation of the cache at a time, and a renewal gives it half a second at least. A number below 1 counts as 1.
    /// </summary>
    public int MaxConcurrentRenewals => _maxConcurrentRenewals();
}
