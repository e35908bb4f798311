using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Saves new tokens (step 6 of docs/renewal.md): no token is lost, and older tokens never replace newer ones.</summary>
internal sealed class TokenSaving(
    AuthorizationServers servers,
    ConnectionCache cache,
    ConnectionMemory memory,
    RenewalsInFlight inFlight,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>Raised when tokens that were served from memory turned out not to be the current ones: they must no longer be served.</summary>
    public event Action<TokenKey>? GaveWay;

    /// <summary>Saves the tokens in one swap over an entry. If the entry has changed, they are saved over its new version while its tokens are older.</summary>
    /// <exception cref="VismaConnectException">The cache failed. The tokens are not saved, or the result is unknown.</exception>
    public async Task<SaveResult> SaveAsync(TokenKey key, ObtainedTokens tokens, TokenEntry over, RenewalDurations durations)
    {
        while (true)
        {
            VismaConnectException? failure = null;
            try
            {
                if (await cache.SaveAsync(key, tokens.Into(over, time.GetUtcNow()), over.Version, durations.CacheOperation).ConfigureAwait(false))
                {
                    memory.Keep(key, NewestTokens.Of(tokens));
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
                // The cache can be read but not written. Another try at once would repeat this without end.
                throw failure;
            }

            over = current;
        }
    }

    /// <summary>
    /// Keeps tokens in memory while the cache is down, and tries to save them until that succeeds. Until then they are served from memory, and
    /// this key is not renewed.
    /// </summary>
    public void SaveLater(TokenKey key, ObtainedTokens tokens, TokenEntry over, RenewalDurations durations, Exception failure)
    {
        memory.KeepUnsaved(key, tokens);
        Log.TokensUnsaved(logger, key, failure);
        inFlight.DoAsync(() => RetryAsync(key, tokens, over, durations)).Observe();
    }

    /// <summary>Revokes tokens whose connection was removed while they were requested.</summary>
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
            catch (Exception) when (!isLast)
            {
                // The cache is still down, or the serializer or protector fails.
            }
        }
    }
}
