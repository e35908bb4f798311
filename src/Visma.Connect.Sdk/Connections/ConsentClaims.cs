namespace Visma.Connect.Sdk;

/// <summary>
/// Claims consents in the token cache before their code is sent: of all processes that receive the same response, one exchanges its code.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ConsentClaims(ConnectionCache cache, TimeProvider time)
{
    private const int Tries = 3;

    // A process works on a consent once at a time. So it has sent nothing under a claim of its own that it finds, and continues under it.
    private readonly string _owner = RandomText.OfIdentifier();

    public bool IsOwn(ConsentClaim claim) => claim.IsOwnedBy(_owner);

    /// <summary>Claims a consent for this process, or returns the claim that is stored already.</summary>
    /// <exception cref="VismaConnectException">The cache failed. Nothing was sent.</exception>
    public async Task<ConsentClaim> ClaimAsync(AuthorizationRequest start, string code, TimeSpan lease, TimeSpan cacheOperation)
    {
        TokenKey key = ConsentClaim.KeyOf(start);
        ConsentClaim own = ConsentClaim.New(_owner, start, code, lease, time.GetUtcNow());
        VismaConnectException? failure = null;
        for (int tries = 0; tries < Tries; tries++)
        {
            try
            {
                if (await cache.GetAsync(key, cacheOperation).ConfigureAwait(false) is { } stored)
                {
                    return new ConsentClaim(stored);
                }

                // If another claim came first, the next read returns it. A save that was reported as failed may be stored, and is then found too.
                if (await cache.SaveAsync(key, own.Entry, ifVersion: null, cacheOperation).ConfigureAwait(false))
                {
                    return own;
                }
            }
            catch (UnreadableEntryException unreadable)
            {
                unreadable.WasNotSent = true;
                throw;
            }
            catch (VismaConnectException failed)
            {
                failure = failed;
            }
        }

        throw CodeNotSent.Because(
            failure ?? new VismaConnectException($"The token cache does not save the claim of the {start}, and does not find another one."));
    }

    /// <summary>Stores the outcome, if the cache works. Otherwise other processes wait for it in vain, and say so.</summary>
    /// <param name="start">The request of the consent.</param>
    /// <param name="claim">The claim of this process.</param>
    /// <param name="failure">Why the completion failed; null if the user is connected.</param>
    /// <param name="cacheOperation">The limit of an operation of the cache.</param>
    public Task EndAsync(AuthorizationRequest start, ConsentClaim claim, string? failure, TimeSpan cacheOperation)
    {
        TokenKey key = ConsentClaim.KeyOf(start);
        return ChangeAsync(
            key,
            claim,
            stored => cache.SaveAsync(key, stored.Ended(failure, time.GetUtcNow()).Entry, stored.Entry.Version, cacheOperation),
            cacheOperation);
    }

    /// <summary>Removes the claim, if the cache works: the code was not used, so any process may try the response again.</summary>
    public Task ReleaseAsync(AuthorizationRequest start, ConsentClaim claim, TimeSpan cacheOperation)
    {
        TokenKey key = ConsentClaim.KeyOf(start);
        return ChangeAsync(key, claim, stored => cache.RemoveAsync(key, stored.Entry.Version, cacheOperation), cacheOperation);
    }

    // A claim can have a new version, because all entries were encrypted with a new key, or because the change happened and was reported as failed.
    private async Task ChangeAsync(TokenKey key, ConsentClaim claim, Func<ConsentClaim, Task<bool>> change, TimeSpan cacheOperation)
    {
        ConsentClaim? stored = claim;
        for (int tries = 0; tries < Tries && stored is not null && IsOwn(stored); tries++)
        {
            try
            {
                if (await change(stored).ConfigureAwait(false))
                {
                    return;
                }

                stored = await cache.GetAsync(key, cacheOperation).ConfigureAwait(false) is { } entry ? new ConsentClaim(entry) : null;
            }
            catch (VismaConnectException)
            {
                // The cache stumbled. The last try may have been applied; then the next one is not, and the read shows it.
            }
        }
    }
}
