using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Saves new tokens so that none is ever lost, and newer ones never give way (step 6 of docs/renewal.md).</summary>
internal sealed class TokenSaving(
    AuthorizationServers servers,
    ConnectionCache cache,
    ConnectionMemory memory,
    RenewalsInFlight inFlight,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>Tokens that were served from memory have given way to others: who holds them lets go.</summary>
    public event Action<TokenKey>? GaveWay;

    /// <summary>Swaps the tokens in over an entry, or over what has taken its place, as long as that is older.</summary>
    /// <exception cref="VismaConnectException">The cache failed, and they are not saved, or nobody can tell.</exception>
    public async Task<SaveResult> SaveAsync(TokenKey key, ObtainedTokens tokens, TokenEntry over, RenewalDurations durations)
    {
        while (true)
        {
            VismaConnectException? failure = null;
            try
            {
                if (await cache.SaveAsync(key, tokens.Into(over, time.GetUtcNow()), over.Version, durations.CacheOperation).ConfigureAwait(false))
                {
                    memory.Keep(key, tokens);
                    return SaveResult.Saved;
                }
            }
            catch (VismaConnectException unknown)
            {
                failure = unknown;
            }

            TokenEntry? current = await cache.GetAsync(key, durations.CacheOperation).ConfigureAwait(false);
            if (current is null)
            {
                return SaveResult.Disconnected;
            }

            if (!tokens.AreNewerThan(current))
            {
                return SaveResult.GaveWay;
            }

            if (failure is not null && current.Version == over.Version)
            {
                // A cache that can be read and not written: asking again at once would only do so for ever.
                throw failure;
            }

            over = current;
        }
    }

    /// <summary>
    /// Keeps tokens in memory while the cache is down, and tries again for as long as it takes. Meanwhile they are served, and nothing
    /// more is renewed for this key.
    /// </summary>
    public void SaveLater(TokenKey key, ObtainedTokens tokens, TokenEntry over, RenewalDurations durations, Exception failure)
    {
        memory.KeepUnsaved(key, tokens);
        Log.TokensUnsaved(logger, key, failure);
        inFlight.DoAsync(() => RetryAsync(key, tokens, over, durations)).Observe();
    }

    /// <summary>Revokes tokens that nobody has a use for any more: their connection was removed while they were fetched.</summary>
    public async Task RevokeAsync(TokenKey key, ObtainedTokens tokens)
    {
        try
        {
            await Revocation.RevokeAsync(servers.Of(key.Client), tokens.Tokens).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Log.RevocationFailed(logger, key, failure);
        }
    }

    private async Task<SaveResult> RetryAsync(TokenKey key, ObtainedTokens tokens, TokenEntry over, RenewalDurations durations)
    {
        while (true)
        {
            bool isLast = await inFlight.PauseAsync(time, durations.SaveAgainAfter).ConfigureAwait(false);
            try
            {
                SaveResult result = await SaveAsync(key, tokens, over, durations).ConfigureAwait(false);
                memory.Settle(key, tokens);
                if (result != SaveResult.Saved)
                {
                    GaveWay?.Invoke(key);
                }

                if (result == SaveResult.Disconnected)
                {
                    await RevokeAsync(key, tokens).ConfigureAwait(false);
                }

                Log.TokensSavedAtLast(logger, key);
                return result;
            }
            catch (VismaConnectException) when (!isLast)
            {
                // Still down.
            }
        }
    }
}
