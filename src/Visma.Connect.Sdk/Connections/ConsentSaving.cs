using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Saves and removes whole consents. A new consent replaces everything, and a removed one does not return (docs/renewal.md).</summary>
internal sealed class ConsentSaving(ConnectionCache cache, ConnectionMemory memory, TimeProvider time, RenewalsInFlight inFlight, ILogger logger)
{
    private const int ToleratedFailures = 3;

    /// <summary>Saves a consent, and tries until that succeeds: its code is spent, so its tokens cannot be requested again.</summary>
    public async Task SaveAsync(TokenKey key, TokenEntry consent, RenewalDurations durations)
    {
        bool isLogged = false;
        bool isLast = false;
        while (true)
        {
            try
            {
                if (await TrySaveAsync(key, consent, durations).ConfigureAwait(false))
                {
                    memory.Forget(key);
                    memory.Keep(key, NewestTokens.Of(consent));
                    return;
                }
            }
            catch (VismaConnectException failure) when (!isLast)
            {
                if (!isLogged)
                {
                    isLogged = true;
                    Log.TokensUnsaved(logger, key, failure);
                }

                isLast = await inFlight.PauseAsync(time, durations.SaveAgainAfter).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Removes the consent that is stored now, and not a new one that is saved at the same time.</summary>
    /// <returns>The removed entry. Null if there was none, or if a new consent was saved.</returns>
    /// <exception cref="VismaConnectException">The cache failed. The connection may still be stored.</exception>
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
                // The next read shows whether the entry was removed.
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

    // An entry that was readable before may now be the new consent of a process with other keys. It must not be removed unread.
    private async Task<TokenEntry?> LookAgainAsync(TokenKey key, RenewalDurations durations)
    {
        try
        {
            return await cache.GetAsync(key, durations.CacheOperation).ConfigureAwait(false);
        }
        catch (UnreadableEntryException unreadable)
        {
            throw new VismaConnectException(
                $"The entry of {key} has changed, and can no longer be read. Nothing was removed; try again.",
                unreadable)
            { IsTransient = true };
        }
    }

    /// <summary>Removes the version of an entry that could not be read.</summary>
    /// <exception cref="VismaConnectException">The entry has changed, or the cache failed. The connection may still be stored.</exception>
    public async Task RemoveUnreadableAsync(TokenKey key, UnreadableEntryException unreadable, RenewalDurations durations)
    {
        if (!await cache.RemoveAsync(key, unreadable.Version!, durations.CacheOperation).ConfigureAwait(false))
        {
            throw unreadable;
        }

        memory.Forget(key);
    }

    /// <summary>
    /// Throws if the stored entry cannot be decrypted, because saving the new consent would overwrite it, or if the cache cannot be read, because
    /// then the new consent cannot be saved.
    /// </summary>
    /// <exception cref="UnreadableEntryException">The entry cannot be decrypted. The code was not used.</exception>
    /// <exception cref="VismaConnectException">The cache failed several times. The code was not used.</exception>
    public async Task RequireReadableAsync(TokenKey key, RenewalDurations durations)
    {
        for (int failures = 0; ;)
        {
            try
            {
                await cache.GetAsync(key, durations.CacheOperation).ConfigureAwait(false);
                return;
            }
            catch (UnreadableEntryException unreadable)
            {
                // The code was not used.
                unreadable.WasNotSent = true;
                throw;
            }
            catch (VismaConnectException failure)
            {
                if (++failures == ToleratedFailures)
                {
                    throw CodeNotSent.Because(failure);
                }
            }
        }
    }

    // True if the consent is stored. After a save that was reported as failed it may be there too, and may even be renewed.
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
            // Look at once. A later try must not undo a disconnection or a new consent that came in between.
            if ((await cache.GetAsync(key, durations.CacheOperation).ConfigureAwait(false))?.GrantId == consent.GrantId)
            {
                return true;
            }

            throw;
        }
    }
}
