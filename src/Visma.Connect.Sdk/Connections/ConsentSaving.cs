using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Saves and removes whole consents: a fresh one wins over everything, and what is removed stays away (step 7 of docs/renewal.md).</summary>
internal sealed class ConsentSaving(ConnectionCache cache, ConnectionMemory memory, TimeProvider time, RenewalsInFlight inFlight, ILogger logger)
{
    private const int ToleratedFailures = 3;

    /// <summary>Saves a consent, for as long as it takes: its code is spent, and there is no other way to its tokens.</summary>
    public async Task SaveAsync(TokenKey key, TokenEntry consent, RenewalDurations durations)
    {
        bool isTold = false;
        bool isLast = false;
        while (true)
        {
            try
            {
                if (await TrySaveAsync(key, consent, durations).ConfigureAwait(false))
                {
                    memory.Forget(key);
                    memory.Keep(key, ObtainedTokens.Of(consent));
                    return;
                }
            }
            catch (VismaConnectException failure) when (!isLast)
            {
                if (!isTold)
                {
                    isTold = true;
                    Log.TokensUnsaved(logger, key, failure);
                }

                isLast = await inFlight.PauseAsync(time, durations.SaveAgainAfter).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Removes the consent that stands now, and not one that comes meanwhile.</summary>
    /// <returns>What was removed; null when there was nothing, or a new consent came.</returns>
    /// <exception cref="VismaConnectException">The cache failed; the connection may still stand.</exception>
    public async Task<TokenEntry?> RemoveAsync(TokenKey key, RenewalDurations durations)
    {
        TokenEntry? first = await cache.GetAsync(key, durations.CacheOperation).ConfigureAwait(false);
        int failures = 0;
        for (TokenEntry? entry = first; entry is not null && entry.GrantId == first!.GrantId;)
        {
            bool isRemoved = false;
            try
            {
                isRemoved = await cache.RemoveAsync(key, entry.Version, durations.CacheOperation).ConfigureAwait(false);
            }
            catch (VismaConnectException) when (++failures < ToleratedFailures)
            {
                // The next look tells.
            }

            TokenEntry? next = isRemoved ? null : await LookAgainAsync(key, durations).ConfigureAwait(false);
            if (next is null)
            {
                memory.Forget(key);
                return entry;
            }

            entry = next;
        }

        return null;
    }

    // What was readable a moment ago may be a new consent by now, of a process with other keys: not to be removed unseen.
    private async Task<TokenEntry?> LookAgainAsync(TokenKey key, RenewalDurations durations)
    {
        try
        {
            return await cache.GetAsync(key, durations.CacheOperation).ConfigureAwait(false);
        }
        catch (UnreadableEntryException unreadable)
        {
            throw new VismaConnectException($"The entry of {key} has changed meanwhile, and cannot be read any more. Nothing was removed; try again.", unreadable) { IsTransient = true };
        }
    }

    /// <summary>Removes an entry that cannot be read, as it stands.</summary>
    /// <exception cref="VismaConnectException">It has changed meanwhile, or the cache failed; the connection may still stand.</exception>
    public async Task RemoveUnreadableAsync(TokenKey key, UnreadableEntryException unreadable, RenewalDurations durations)
    {
        if (!await cache.RemoveAsync(key, unreadable.Version!, durations.CacheOperation).ConfigureAwait(false))
        {
            throw unreadable;
        }

        memory.Forget(key);
    }

    /// <summary>Sees to it that no entry stands in the way that nobody can read: a consent would destroy it.</summary>
    /// <exception cref="UnreadableEntryException">One does.</exception>
    public async Task RequireReadableAsync(TokenKey key, RenewalDurations durations)
    {
        for (int failures = 0; failures < ToleratedFailures; failures++)
        {
            try
            {
                await cache.GetAsync(key, durations.CacheOperation).ConfigureAwait(false);
                return;
            }
            catch (UnreadableEntryException unreadable)
            {
                // The code is as good as before.
                unreadable.WasNotSent = true;
                throw;
            }
            catch (VismaConnectException)
            {
                // Saving waits for a cache that is down.
            }
        }
    }

    // The consent is the one that stands: swapped in, or found there though the swap was reported as failed, by now renewed even.
    private async Task<bool> TrySaveAsync(TokenKey key, TokenEntry consent, RenewalDurations durations)
    {
        TokenEntry? current = await cache.GetAsync(key, durations.CacheOperation).ConfigureAwait(false);
        if (current?.GrantId == consent.GrantId)
        {
            return true;
        }

        try
        {
            return await cache.SaveAsync(key, consent.AsNew(), current?.Version, durations.CacheOperation).ConfigureAwait(false);
        }
        catch (VismaConnectException)
        {
            // At once, before anybody disconnects it or consents anew: neither must be undone by a later try.
            if ((await cache.GetAsync(key, durations.CacheOperation).ConfigureAwait(false))?.GrantId == consent.GrantId)
            {
                return true;
            }

            throw;
        }
    }
}
