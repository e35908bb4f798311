namespace Visma.Connect.Sdk.TokenCache;

/// <summary>
/// A token cache that does few operations at once, for example because it writes one entry after the other. Optional: the library asks a cache
/// without it for up to <see cref="VismaConnectOptions.MaxConcurrentTokenRequests"/> operations at once.
/// </summary>
public interface ILimitedTokenCache : ITokenCache
{
    /// <summary>
    /// How many renewals of user tokens may run at once for one identity server, and how many requests for service tokens. Each of them does one
    /// operation of the cache at a time, and renewals give it half a second at least. At least 1. The value may be read often.
    /// </summary>
    int MaxConcurrentRenewals { get; }
}
