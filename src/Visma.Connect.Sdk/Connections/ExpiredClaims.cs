namespace Visma.Connect.Sdk;

/// <summary>
/// Removes claims from the token cache that nothing can need any more, including the claims of processes that were killed.
/// </summary>
/// <remarks>Thread-safe. It runs in the background after a claim, at most once an hour. What it misses, it removes next time.</remarks>
internal sealed class ExpiredClaims(ITokenCache cache, TimeProvider time)
{
    private static readonly TimeSpan Pause = ConsentClaim.Lifetime;

    private static readonly TokenFilter Claims = new() { ClaimsOnly = true };

    private readonly object _lock = new();
    private long? _lastBegan;
    private long _longestTicks = ConsentClaim.Lifetime.Ticks;

    // When this process first found each claim that it cannot read, because it lacks a key.
    private Dictionary<string, long> _unreadable = new(StringComparer.Ordinal);

    /// <summary>Removes the expired claims in the background, unless this was done less than an hour ago.</summary>
    /// <param name="lifetime">How long the claim is needed that was just stored.</param>
    public void RemoveIfDue(TimeSpan lifetime)
    {
        lock (_lock)
        {
            _longestTicks = Math.Max(_longestTicks, lifetime.Ticks);
            if (_lastBegan is { } last && time.GetElapsedTime(last) < Pause)
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
        Dictionary<string, long> unreadable = new(StringComparer.Ordinal);
        await foreach (TokenCacheItem item in cache.ListAsync(Claims, CancellationToken.None).ConfigureAwait(false))
        {
            // What is removed here cannot be restored. So it does not depend on how a cache understands the filter.
            if (!item.Key.IsClaim)
            {
                continue;
            }

            if (item.Fault?.Version is { } version)
            {
                unreadable.Add(version, _unreadable.TryGetValue(version, out long found) ? found : time.GetTimestamp());
            }

            if (ExpiredVersionOf(item, unreadable) is { } expired
                && await cache.RemoveAsync(item.Key, expired, CancellationToken.None).ConfigureAwait(false))
            {
                removed++;
            }
        }

        _unreadable = unreadable;
        return removed;
    }

    // When an unreadable claim expires is not known. It stays for as long as the longest lifetime of a claim that this process stored or could read.
    private string? ExpiredVersionOf(TokenCacheItem item, Dictionary<string, long> unreadable)
    {
        if (item.Entry is not { } entry)
        {
            return item.Fault?.Version is { } version && time.GetElapsedTime(unreadable[version]).Ticks >= Interlocked.Read(ref _longestTicks)
                ? version
                : null;
        }

        AccessToken claim = entry.Tokens.AccessToken;
        lock (_lock)
        {
            _longestTicks = Math.Max(_longestTicks, (claim.ExpiresAt - claim.ObtainedAt).Ticks);
        }

        return claim.ExpiresAt <= time.GetUtcNow() ? entry.Version : null;
    }
}
