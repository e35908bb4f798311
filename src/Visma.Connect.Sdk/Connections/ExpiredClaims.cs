namespace Visma.Connect.Sdk;

/// <summary>
/// Removes the claims of consents from the token cache when no response can need them any more, including the claims of processes that were killed.
/// </summary>
/// <remarks>Thread-safe. It runs in the background after a consent, at most once in the lifetime of a claim. What it misses, it removes next time.</remarks>
internal sealed class ExpiredClaims(ITokenCache cache, TimeProvider time)
{
    private static readonly TokenFilter Claims = new() { ClaimsOnly = true };

    private readonly object _lock = new();
    private long? _lastBegan;

    // The versions of claims that the last run could not read, because this process lacks a key.
    private HashSet<string> _unreadable = new(StringComparer.Ordinal);

    public void RemoveIfDue()
    {
        lock (_lock)
        {
            if (_lastBegan is { } last && time.GetElapsedTime(last) < ConsentClaim.Lifetime)
            {
                return;
            }

            _lastBegan = time.GetTimestamp();
        }

        _ = DetachedWork.Run(RemoveAsync);
    }

    private async Task<int> RemoveAsync()
    {
        int removed = 0;
        HashSet<string> unreadable = new(StringComparer.Ordinal);
        await foreach (TokenCacheItem item in cache.ListAsync(Claims, CancellationToken.None).ConfigureAwait(false))
        {
            // What is removed here cannot be restored. So it does not depend on how a cache understands the filter.
            if (!item.Key.IsClaim)
            {
                continue;
            }

            if (item.Fault?.Version is { } version)
            {
                unreadable.Add(version);
            }

            if (ExpiredVersionOf(item) is { } expired && await cache.RemoveAsync(item.Key, expired, CancellationToken.None).ConfigureAwait(false))
            {
                removed++;
            }
        }

        _unreadable = unreadable;
        return removed;
    }

    // A claim changes only when its completion ends. An unreadable claim that the last run found too has existed for its whole lifetime.
    private string? ExpiredVersionOf(TokenCacheItem item) => item.Entry is { } entry
        ? entry.Tokens.AccessToken.ExpiresAt <= time.GetUtcNow() ? entry.Version : null
        : item.Fault?.Version is { } version && _unreadable.Contains(version) ? version : null;
}
