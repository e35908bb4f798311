namespace Visma.Connect.Sdk;

/// <summary>
/// Claims consents in the token cache before their code is sent: of all processes that receive the same response, one exchanges its code.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ConsentClaims(StoredClaims claims, TimeProvider time)
{
    // A process works on a consent once at a time. So it has sent nothing under a claim of its own that it finds, and continues under it.
    private readonly string _owner = RandomText.OfIdentifier();

    public bool IsOwn(ConsentClaim claim) => claim.IsOwnedBy(_owner);

    /// <summary>Claims a consent for this process, or returns the claim that is stored already.</summary>
    /// <exception cref="VismaConnectException">The cache failed. Nothing was sent.</exception>
    public async Task<ConsentClaim> ClaimAsync(AuthorizationRequest start, string code, TimeSpan lease, TimeSpan cacheOperation)
    {
        ConsentClaim own = ConsentClaim.New(_owner, start, code, lease, time.GetUtcNow());
        VismaConnectException failure;
        try
        {
            // An expired claim counts, too: whether its code was sent is not known.
            if (await claims.ClaimAsync(ConsentClaim.KeyOf(start), own.Entry, isOver: _ => false, cacheOperation).ConfigureAwait(false) is { } stored)
            {
                return new ConsentClaim(stored);
            }

            failure = new VismaConnectException($"The token cache does not save the claim of the {start}, and does not find another one.");
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

        throw CodeNotSent.Because(failure);
    }

    /// <summary>Stores the outcome, if the cache works. Otherwise other processes wait for it in vain, and say so.</summary>
    /// <param name="start">The request of the consent.</param>
    /// <param name="claim">The claim of this process.</param>
    /// <param name="failure">Why the completion failed; null if the user is connected.</param>
    /// <param name="cacheOperation">The limit of an operation of the cache.</param>
    public Task EndAsync(AuthorizationRequest start, ConsentClaim claim, string? failure, TimeSpan cacheOperation) => claims.ReplaceAsync(
        ConsentClaim.KeyOf(start),
        claim.Entry,
        stored => new ConsentClaim(stored).Ended(failure, time.GetUtcNow()).Entry,
        cacheOperation);

    /// <summary>Removes the claim, if the cache works: the code was not used, so any process may try the response again.</summary>
    public Task ReleaseAsync(AuthorizationRequest start, ConsentClaim claim, TimeSpan cacheOperation) =>
        claims.RemoveAsync(ConsentClaim.KeyOf(start), claim.Entry, cacheOperation);
}
