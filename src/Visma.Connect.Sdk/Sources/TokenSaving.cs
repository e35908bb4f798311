using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Saves new tokens so that none is ever lost, and newer ones never give way (step 6 of docs/renewal.md).</summary>
internal sealed class TokenSaving(
    ClientDirectory clients,
    ConnectionCache cache,
    ConnectionMemory memory,
    RenewalsInFlight inFlight,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>Swaps the tokens in over an entry, or over what has taken its place, as long as that is older.</summary>
    /// <exception cref="VismaConnectException">The cache failed, and whether they are saved is not known.</exception>
    public async Task<SaveResult> SaveAsync(TokenKey key, ObtainedTokens tokens, TokenEntry over, RenewalLease lease)
    {
        while (true)
        {
            if (await TrySwapAsync(key, tokens.Into(over, time.GetUtcNow()), over.Version, lease).ConfigureAwait(false))
            {
                memory.Keep(key, tokens);
                return SaveResult.Saved;
            }

            TokenEntry? current = await cache.GetAsync(key, lease.Cache).ConfigureAwait(false);
            if (current is null)
            {
                return SaveResult.Disconnected;
            }

            if (!tokens.AreNewerThan(current))
            {
                return SaveResult.GaveWay;
            }

            over = current;
        }
    }

    /// <summary>
    /// Keeps tokens in memory while the cache is down, and tries again for as long as it takes. Meanwhile they are served, and nothing
    /// more is renewed for this key.
    /// </summary>
    public void SaveLater(TokenKey key, ObtainedTokens tokens, TokenEntry over, RenewalLease lease, Exception failure)
    {
        memory.KeepUnsaved(key, tokens);
        Log.TokensUnsaved(logger, key, failure);
        inFlight.DoAsync(() => RetryAsync(key, tokens, over, lease)).Observe();
    }

    /// <summary>Revokes tokens that nobody has a use for any more: their connection was removed while they were fetched.</summary>
    public async Task RevokeAsync(TokenKey key, ObtainedTokens tokens)
    {
        try
        {
            await Revocation.RevokeAsync(clients.Server(key.Client), tokens.Tokens).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Log.RevocationFailed(logger, key, failure);
        }
    }

    // False for a swap that was lost, and for one whose outcome is not known: a look tells in either case.
    private async Task<bool> TrySwapAsync(TokenKey key, TokenEntry entry, string ifVersion, RenewalLease lease)
    {
        try
        {
            return await cache.SaveAsync(key, entry, ifVersion, lease.Cache).ConfigureAwait(false);
        }
        catch (VismaConnectException)
        {
            return false;
        }
    }

    private async Task<SaveResult> RetryAsync(TokenKey key, ObtainedTokens tokens, TokenEntry over, RenewalLease lease)
    {
        while (true)
        {
            await time.Delay(lease.SaveAgainAfter, inFlight.End).ConfigureAwait(false);
            try
            {
                SaveResult result = await SaveAsync(key, tokens, over, lease).ConfigureAwait(false);
                memory.Settle(key, tokens);
                if (result == SaveResult.Disconnected)
                {
                    await RevokeAsync(key, tokens).ConfigureAwait(false);
                }

                Log.TokensSavedAtLast(logger, key);
                return result;
            }
            catch (VismaConnectException)
            {
                // Still down.
            }
        }
    }
}
